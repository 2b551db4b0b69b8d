// SPDX-License-Identifier: Apache-2.0
// node --expose-gc gateway.js PORT BACKEND_PORT: a gateway as one writes it on Node's http and the ws package, with SocketDock's contract:
// each message is posted to /callback as JSON, one of a session at a time, over connections that are kept; what is posted to
// /socket/ID/send goes to the client, as text if it is text/plain, and /socket/ID/disconnect closes it. No tokens, no TLS, no retries, no
// limits but those on connections. SIGUSR2 collects garbage, so that memory can be measured.
'use strict';

const crypto = require('crypto');
const http = require('http');
const { WebSocketServer } = require('ws');

const port = Number(process.argv[2]);
const backend = Number(process.argv[3]);
const HIGH_WATER = 64;

const agent = new http.Agent({ keepAlive: true, maxSockets: 256, noDelay: true, scheduling: 'lifo' });
const sessions = new Map();

class Session {
  constructor(socket) {
    this.id = crypto.randomBytes(16).toString('hex');
    this.socket = socket;
    this.waiting = [];
    this.posting = false;
    const own = `http://127.0.0.1:${port}/socket/${this.id}`;
    this.meta = JSON.stringify({ send: `${own}/send`, disconnect: `${own}/disconnect`, connection_id: this.id });
  }

  say(text) {
    if (this.posting) {
      this.waiting.push(text);
      if (this.waiting.length === HIGH_WATER) {
        this.socket.pause();
      }
      return;
    }
    this.posting = true;
    this.post(text);
  }

  post(text) {
    const body = Buffer.from(`{"meta": ${this.meta}, "message": ${JSON.stringify(text)}}`);
    const request = http.request({
      host: '127.0.0.1',
      port: backend,
      path: '/callback',
      method: 'POST',
      agent,
      headers: { 'Content-Type': 'application/json', 'Content-Length': body.length },
    });
    request.on('response', (response) => {
      response.on('end', () => this.posted());
      response.resume();
    });
    request.on('error', () => this.socket.close(1011));
    request.end(body);
  }

  posted() {
    const next = this.waiting.shift();
    if (next === undefined) {
      this.posting = false;
      return;
    }
    if (this.socket.isPaused && this.waiting.length < HIGH_WATER / 2) {
      this.socket.resume();
    }
    this.post(next);
  }
}

function answer(response, status, text) {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Length': text.length });
  response.end(text);
}

const server = http.createServer((request, response) => {
  const [, socket, id, action] = request.url.split('/');
  const session = sessions.get(id);
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    if (socket !== 'socket' || request.method !== 'POST' || (action !== 'send' && action !== 'disconnect')) {
      answer(response, 404, 'not found');
    } else if (session === undefined) {
      answer(response, 500, 'FAIL');
    } else {
      if (action === 'send') {
        const body = parts.length === 1 ? parts[0] : Buffer.concat(parts);
        session.socket.send(body, { binary: request.headers['content-type'] !== 'text/plain' });
      } else {
        session.socket.close(1000);
      }
      answer(response, 200, 'OK');
    }
  });
});
server.keepAliveTimeout = 60_000;

const upgrader = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: 4 << 20 });
server.on('upgrade', (request, socket, head) => {
  upgrader.handleUpgrade(request, socket, head, (webSocket) => {
    const session = new Session(webSocket);
    sessions.set(session.id, session);
    webSocket.on('message', (data) => session.say(data.toString()));
    webSocket.on('error', () => {});
    webSocket.on('close', () => sessions.delete(session.id));
  });
});
server.listen({ port, host: '127.0.0.1', backlog: 4096 });
process.on('SIGUSR2', () => global.gc());
