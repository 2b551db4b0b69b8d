'use strict';

// Listens on the hybrid connection "hello" and answers each message: node listener.js
const WebSocket = require('hyco-ws');
const { relay, keyName, key } = require('./connection');

const server = `${relay}/$hc/hello?sb-hc-action=listen`;
const token = () => WebSocket.createRelayToken(server, keyName, key);

const listener = WebSocket.createRelayedServer({ server, token }, socket => {
  socket.on('message', message => socket.send(`you said: ${message}`));
});
listener.on('listening', () => console.log('listening on hello'));
listener.on('error', error => console.error(error.message));
