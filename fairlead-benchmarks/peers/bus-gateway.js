// SPDX-License-Identifier: Apache-2.0
// node bus-gateway.js PORT NATS_URL PREFIX: a gateway to the services of a message bus on NATS as one writes it on the nats and ws packages,
// in one process on one connection. What clients and services see is what docs/protocol/wsserver.md and docs/protocol/bus.md say. It publishes
// without asking for receipts, and sends those that services wait for. No tokens, no TLS, no limits, no odd input, and it ends with its
// connection to the server.
'use strict';

const { randomUUID } = require('crypto');
const { connect } = require('nats');
const { WebSocketServer } = require('ws');

const port = Number(process.argv[2]);
const url = process.argv[3];
const prefix = process.argv[4];
const SELF = 'service.WSServer';
const RECEIPT = Buffer.from('+WSServer');
const DISCONNECT = 'client-disconnect';

const byAddress = new Map();
const byName = new Map();
const given = new Map();
let nats;

function subject(type) {
  return `${prefix}.type.${type.replace(/[^A-Za-z0-9_-]/g, (c) => Array.from(Buffer.from(c), escaped).join(''))}`;
}

function escaped(octet) {
  return `=${octet.toString(16).toUpperCase().padStart(2, '0')}`;
}

function publish(type, sender, content, question = null) {
  nats.publish(subject(type), JSON.stringify({
    type,
    uuid: randomUUID(),
    response_uuid: question,
    sender,
    pref_dest: null,
    content,
  }));
}

function key(address) {
  return `${address[0]}:${address[1]}`;
}

class Client {
  constructor(socket, request) {
    const { remoteAddress, remotePort } = request.socket;
    this.socket = socket;
    this.address = [remoteAddress, remotePort];
    this.sender = [this.address, 'uname'];
    this.name = null;
    byAddress.set(key(this.address), this);
  }

  say(data) {
    let message;
    try {
      message = JSON.parse(data.toString());
    } catch (fault) {
      this.tell('error-response', { message: `Error decoding JSON: ${fault.message}`, error_code: 1 });
      return;
    }
    const { type, content } = message;
    if (typeof type !== 'string' || content === undefined) {
      return;
    }
    switch (type) {
      case 'net-send':
        this.socket.close(1000);
        break;
      case 'login-request':
        this.login(content);
        break;
      default:
        publish(type, this.sender, content);
    }
  }

  login({ username }) {
    if (this.name !== null || typeof username !== 'string') {
      this.tell('login-response', { succeed: false });
      return;
    }
    const times = given.get(username) ?? 0;
    given.set(username, times + 1);
    this.name = times === 0 ? username : `${username}_${times}`;
    this.sender = [this.address, this.name];
    byName.set(this.name, this);
    this.tell('login-response', { succeed: true, new_username: this.name });
  }

  tell(type, content) {
    this.send(JSON.stringify({ type, uuid: randomUUID(), response_uuid: null, sender: SELF, pref_dest: null, content }));
  }

  send(text) {
    if (this.socket.readyState === this.socket.OPEN) {
      this.socket.send(text);
    }
  }

  leave() {
    byAddress.delete(key(this.address));
    if (this.name !== null) {
      byName.delete(this.name);
    }
    publish(DISCONNECT, SELF, { address: this.address, username: this.name });
  }
}

function recipients(addresses) {
  if (addresses === null) {
    return Array.from(byAddress.values());
  }
  return addresses.some((one) => typeof one === 'string')
    ? addresses.map((name) => byName.get(name))
    : addresses.map((address) => byAddress.get(key(address)));
}

function netSend(content) {
  const text = JSON.stringify(content.msg);
  for (const client of recipients(content.response_addrs)) {
    client?.send(text);
  }
}

function list(message) {
  const addresses = Array.from(byAddress.values(), (client) => client.address);
  publish('client-list-response', SELF, { client_list: addresses }, message.uuid);
}

function hear(type, hears) {
  nats.subscribe(subject(type), {
    callback: (fault, message) => {
      if (fault) {
        return;
      }
      const { buffer, byteOffset, length } = message.data;
      const envelope = JSON.parse(Buffer.from(buffer, byteOffset, length).toString());
      hears(type === 'net-send' ? envelope.content : envelope);
      message.respond(RECEIPT);
    },
  });
}

async function start() {
  nats = await connect({ servers: url, reconnect: false });
  nats.closed().then(() => process.exit(1));
  hear('net-send', netSend);
  hear('client-list-request', list);
  hear(DISCONNECT, () => {});
  await nats.flush();
  const server = new WebSocketServer({ port, host: '127.0.0.1', backlog: 4096, perMessageDeflate: false, maxPayload: 1 << 20 });
  server.on('connection', (socket, request) => {
    const client = new Client(socket, request);
    socket.on('message', (data) => client.say(data));
    socket.on('close', () => client.leave());
    socket.on('error', () => {});
  });
}

start().catch((fault) => {
  console.error(fault.message);
  process.exit(1);
});
