// SPDX-License-Identifier: Apache-2.0
// node http-relay.js PORT: a relay of HTTP as one writes it on Node's http and the ws package. Bodies of at most 64 KiB pass over the
// listener's control channel; longer ones, and those of unknown length, over a rendezvous: a request's body is piped there as it
// comes, a response's is held until it is whole, since ws gives whole messages only. No tokens, no TLS, no limits of time or number.
'use strict';

const crypto = require('crypto');
const http = require('http');
const { Writable, pipeline } = require('stream');
const { WebSocketServer } = require('ws');

const port = Number(process.argv[2]);
const CONTROL_BODY = 65536;
const NO_BODY = Buffer.alloc(0);
const NOT_FORWARDED = new Set([
  'connection',
  'content-length',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'servicebusauthorization',
]);

const upgrader = new WebSocketServer({
  noServer: true,
  perMessageDeflate: false,
  skipUTF8Validation: true,
  maxPayload: 1 << 30,
});
const listeners = new Map();
const exchanges = new Map();
let turn = 0;

// ---- the sender's side

function onRequest(request, response) {
  const name = request.url.slice(1).split(/[/?]/, 1)[0];
  const channels = listeners.get(name) ?? [];
  if (channels.length === 0) {
    response.writeHead(404, { 'Content-Length': 0 });
    response.end();
    return;
  }
  const channel = channels[turn++ % channels.length];
  const id = crypto.randomUUID();
  const exchange = { id, request, response, rendezvous: undefined, fetches: false };
  exchange.address = `ws://127.0.0.1:${port}/$hc/${name}?sb-hc-action=request&sb-hc-id=${id}`;
  exchanges.set(id, exchange);
  response.on('close', () => {
    exchanges.delete(id);
    if (!response.writableFinished) {
      exchange.rendezvous?.close(1001);
    }
  });
  const length = Number(request.headers['content-length'] ?? 0);
  if (request.headers['transfer-encoding'] !== undefined || length > CONTROL_BODY) {
    exchange.fetches = true;
    channel.send(JSON.stringify({ request: { address: exchange.address } }));
  } else if (length === 0) {
    channel.send(command(exchange, false));
  } else {
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => {
      channel.send(command(exchange, true));
      channel.send(parts.length === 1 ? parts[0] : Buffer.concat(parts, length));
    });
  }
}

function command({ id, address, request }, body) {
  const requestHeaders = {};
  const raw = request.rawHeaders;
  for (let i = 0; i < raw.length; i += 2) {
    if (!NOT_FORWARDED.has(raw[i].toLowerCase())) {
      requestHeaders[raw[i]] = raw[i] in requestHeaders ? `${requestHeaders[raw[i]]}, ${raw[i + 1]}` : raw[i + 1];
    }
  }
  requestHeaders.Via = '1.1 127.0.0.1';
  const remoteEndpoint = { address: request.socket.remoteAddress, port: request.socket.remotePort };
  return JSON.stringify({
    request: { address, id, requestTarget: target(request.url), method: request.method, remoteEndpoint, requestHeaders, body },
  });
}

function target(url) {
  const mark = url.indexOf('?');
  if (mark < 0) {
    return url;
  }
  const pairs = url.slice(mark + 1).split('&').filter((pair) => !/^sb-hc-[^=]*=/i.test(pair));
  return pairs.length === 0 ? url.slice(0, mark) : `${url.slice(0, mark)}?${pairs.join('&')}`;
}

function answer({ response }, { statusCode, statusDescription, responseHeaders }, body) {
  const headers = { ...responseHeaders, 'Content-Length': body.length, Via: '1.1 127.0.0.1' };
  response.writeHead(Number(statusCode), statusDescription || http.STATUS_CODES[statusCode], headers);
  response.end(body);
}

// ---- the listener's side

// Responses as they come on a socket of a listener: a text, and where it says so, a binary message after it.
function onResponses(socket, answered) {
  let head;
  const finish = (body) => {
    const exchange = exchanges.get(head.requestId);
    if (exchange !== undefined && !exchange.response.headersSent) {
      answer(exchange, head, body);
      answered?.();
    }
    head = undefined;
  };
  socket.on('message', (data, isBinary) => {
    if (isBinary) {
      if (head !== undefined) {
        finish(data);
      }
      return;
    }
    if (head !== undefined) {
      finish(NO_BODY);
    }
    head = JSON.parse(data).response;
    if (head !== undefined && !head.body) {
      finish(NO_BODY);
    }
  });
  socket.on('error', () => {});
}

function listen(name, request, socket, head) {
  upgrader.handleUpgrade(request, socket, head, (channel) => {
    const channels = listeners.get(name) ?? [];
    channels.push(channel);
    listeners.set(name, channels);
    channel.on('close', () => channels.splice(channels.indexOf(channel), 1));
    onResponses(channel);
  });
}

function rendezvous(id, request, socket, head) {
  const exchange = exchanges.get(id);
  if (exchange === undefined || exchange.rendezvous !== undefined) {
    refuse(socket, '400 Bad Request');
    return;
  }
  upgrader.handleUpgrade(request, socket, head, (channel) => {
    exchange.rendezvous = channel;
    onResponses(channel, () => channel.close(1000));
    channel.on('close', () => {
      if (!exchange.response.writableEnded) {
        exchange.response.destroy();
      }
    });
    if (exchange.fetches) {
      channel.send(command(exchange, true));
      pipeline(exchange.request, message(channel), () => {});
    }
  });
}

// One binary message, of which each part is a frame.
function message(channel) {
  return new Writable({
    write(part, encoding, done) {
      channel.send(part, { binary: true, fin: false }, done);
    },
    final(done) {
      channel.send(NO_BODY, { binary: true, fin: true }, done);
    },
  });
}

function refuse(socket, status) {
  socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
}

const server = http.createServer(onRequest);
server.on('upgrade', (request, socket, head) => {
  const url = new URL(request.url, 'http://127.0.0.1');
  const name = url.pathname.slice('/$hc/'.length);
  switch (url.pathname.startsWith('/$hc/') && url.searchParams.get('sb-hc-action')) {
    case 'listen':
      listen(name, request, socket, head);
      break;
    case 'request':
      rendezvous(url.searchParams.get('sb-hc-id'), request, socket, head);
      break;
    default:
      refuse(socket, '400 Bad Request');
  }
});
server.listen({ port, host: '127.0.0.1', backlog: 4096 });
