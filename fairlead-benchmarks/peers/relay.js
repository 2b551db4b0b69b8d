// SPDX-License-Identifier: Apache-2.0
// node --expose-gc relay.js PORT: a relay as one writes it on the ws package, doing what crelay does and no more: listeners, senders
// and their meetings under /$hc/, whole messages passed on, a slow peer waited for. No tokens, no TLS, no limits. SIGUSR2 collects
// garbage, so that memory can be measured.
'use strict';

const http = require('http');
const { WebSocketServer } = require('ws');

const port = Number(process.argv[2]);
const HIGH_WATER = 1 << 20;

const upgrader = new WebSocketServer({
  noServer: true,
  perMessageDeflate: false,
  skipUTF8Validation: true,
  maxPayload: 1 << 30,
});
const listeners = new Map();
const waiting = new Map();
let lastId = 0;

function refuse(socket, status) {
  socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
}

function listen(name, request, socket, head) {
  upgrader.handleUpgrade(request, socket, head, (channel) => {
    const channels = listeners.get(name) ?? [];
    channels.push(channel);
    listeners.set(name, channels);
    channel.on('error', () => {});
    channel.on('close', () => channels.splice(channels.indexOf(channel), 1));
  });
}

function connect(name, request, socket, head) {
  const channels = listeners.get(name) ?? [];
  if (channels.length === 0) {
    refuse(socket, '404 Not Found');
    return;
  }
  const id = String(++lastId);
  const channel = channels[lastId % channels.length];
  waiting.set(id, { request, socket, head });
  socket.on('error', () => {});
  socket.once('close', () => waiting.delete(id));
  const address = `ws://127.0.0.1:${port}/$hc/${name}?sb-hc-action=accept&sb-hc-id=${id}`;
  channel.send(JSON.stringify({ accept: { address, id, connectHeaders: { Host: '127.0.0.1' } } }));
}

function accept(id, request, socket, head) {
  const sender = waiting.get(id);
  if (sender === undefined) {
    refuse(socket, '400 Bad Request');
    return;
  }
  waiting.delete(id);
  upgrader.handleUpgrade(request, socket, head, (listenerSide) => {
    upgrader.handleUpgrade(sender.request, sender.socket, sender.head, (senderSide) => {
      pump(listenerSide, senderSide);
      pump(senderSide, listenerSide);
    });
  });
}

function pump(from, to) {
  from.on('message', (data, isBinary) => {
    if (to.bufferedAmount < HIGH_WATER) {
      to.send(data, { binary: isBinary });
      return;
    }
    from.pause();
    to.send(data, { binary: isBinary }, () => from.resume());
  });
  from.on('error', () => {});
  from.on('close', () => to.terminate());
}

const server = http.createServer((request, response) => {
  response.writeHead(404);
  response.end();
});
server.on('upgrade', (request, socket, head) => {
  const url = new URL(request.url, 'http://127.0.0.1');
  const name = url.pathname.slice('/$hc/'.length);
  switch (url.pathname.startsWith('/$hc/') && url.searchParams.get('sb-hc-action')) {
    case 'listen':
      listen(name, request, socket, head);
      break;
    case 'connect':
      connect(name, request, socket, head);
      break;
    case 'accept':
      accept(url.searchParams.get('sb-hc-id'), request, socket, head);
      break;
    default:
      refuse(socket, '400 Bad Request');
  }
});
server.listen({ port, host: '127.0.0.1', backlog: 4096 });
process.on('SIGUSR2', () => global.gc());
