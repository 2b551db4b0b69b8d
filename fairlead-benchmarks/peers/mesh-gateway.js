// SPDX-License-Identifier: Apache-2.0
// node mesh-gateway.js PORT AMQP_URI: a gateway to the services of a mesh on RabbitMQ as one writes it on the amqplib and ws packages, in one
// process: a channel that publishes and one that consumes, a response queue of its own, correlation ids, one request of a client under way
// at a time. What clients and services see is what docs/protocol/mesh.md says. No tokens, no TLS, no events, no publisher confirms, and it
// ends with its connection to the broker.
'use strict';

const amqp = require('amqplib');
const crypto = require('crypto');
const { WebSocketServer } = require('ws');

const port = Number(process.argv[2]);
const uri = process.argv[3];
const EXCHANGE = 'nuropb-rpc-exchange';
const TIMEOUT_MS = 3_600_000;
const HIGH_WATER = 64;

const instance = crypto.randomBytes(16).toString('hex');
const responseQueue = `nuropb-gateway-${instance}-rq`;
const waiting = new Map();
let publisher;

function error(name, description) {
  return { error: name, description };
}

class Session {
  constructor(socket) {
    this.id = crypto.randomBytes(16).toString('hex');
    this.socket = socket;
    this.waiting = [];
    this.asking = false;
    socket.send(JSON.stringify({
      type: 'event',
      payload: { topic: 'hello', event: { session_id: this.id, user_id: null, username: null } },
    }));
  }

  say(data) {
    if (this.asking) {
      this.waiting.push(data);
      if (this.waiting.length === HIGH_WATER) {
        this.socket.pause();
      }
      return;
    }
    this.take(data);
  }

  take(data) {
    let message;
    try {
      message = JSON.parse(data.toString());
    } catch (fault) {
      this.socket.send(JSON.stringify(error('JSONDecodeError', `Error decoding JSON: ${fault.message}`)));
      this.next();
      return;
    }
    if (message === null || message.type !== 'request' || typeof message.payload !== 'object' || message.payload === null) {
      this.next();
      return;
    }
    this.ask(message.payload);
  }

  ask({ service, method, params, trace_id: traceId = crypto.randomUUID() }) {
    const correlationId = crypto.randomUUID();
    const request = { session: this, traceId, service, method, timer: undefined };
    request.timer = setTimeout(() => {
      waiting.delete(correlationId);
      this.answer(traceId, null, error('NuropbTimeoutError', `Service ${service} did not answer in time. called method ${method}`));
    }, TIMEOUT_MS);
    this.asking = true;
    waiting.set(correlationId, request);
    const body = JSON.stringify({
      tag: 'request',
      service,
      method,
      params,
      correlation_id: correlationId,
      context: { user_id: null, Authorisation: null, trace_id: traceId },
      trace_id: traceId,
    });
    publisher.publish(EXCHANGE, service, Buffer.from(body), {
      contentType: 'application/json',
      correlationId,
      replyTo: responseQueue,
      expiration: String(TIMEOUT_MS),
      mandatory: true,
      headers: {
        nuropb_protocol: '0.1.1',
        nuropb_version: '0.1.8',
        nuropb_type: 'request',
        trace_id: traceId,
        encrypted: '',
      },
    });
  }

  answer(traceId, result, fault) {
    if (this.socket.readyState === this.socket.OPEN) {
      this.socket.send(JSON.stringify({ type: 'response', payload: { trace_id: traceId, result, error: fault } }));
    }
    this.next();
  }

  next() {
    this.asking = false;
    const data = this.waiting.shift();
    if (data === undefined) {
      return;
    }
    if (this.socket.isPaused && this.waiting.length < HIGH_WATER / 2) {
      this.socket.resume();
    }
    this.take(data);
  }
}

function taken(correlationId) {
  const request = waiting.get(correlationId);
  if (request !== undefined) {
    waiting.delete(correlationId);
    clearTimeout(request.timer);
  }
  return request;
}

function responded(message) {
  if (message === null) {
    process.exit(1);
  }
  if (message.properties.headers.nuropb_type !== 'response') {
    return;
  }
  const request = taken(message.properties.correlationId);
  if (request === undefined) {
    return;
  }
  let body;
  try {
    body = JSON.parse(message.content.toString());
  } catch {
    request.session.answer(request.traceId, null, error('NuropbMessageError', 'a response that is no JSON'));
    return;
  }
  request.session.answer(request.traceId, body.result, body.error);
}

function returned(message) {
  const request = taken(message.properties.correlationId);
  if (request !== undefined) {
    const { session, traceId, service, method } = request;
    const description = `Service ${service} not available. unable to call method ${method}`;
    session.answer(traceId, null, error('NuropbNotDeliveredError', description));
  }
}

async function connect() {
  const connection = await amqp.connect(uri, { noDelay: true });
  connection.on('close', () => process.exit(1));
  connection.on('error', () => {});
  publisher = await connection.createChannel();
  publisher.on('return', returned);
  const consumer = await connection.createChannel();
  await consumer.assertQueue(responseQueue, { durable: false, autoDelete: true });
  await consumer.consume(responseQueue, responded, { noAck: true, exclusive: true });
}

function listen() {
  const server = new WebSocketServer({ port, host: '127.0.0.1', backlog: 4096, perMessageDeflate: false, maxPayload: 10 << 20 });
  server.on('connection', (socket) => {
    const session = new Session(socket);
    socket.on('message', (data) => session.say(data));
    socket.on('error', () => {});
  });
}

connect().then(listen, (fault) => {
  console.error(fault.message);
  process.exit(1);
});
