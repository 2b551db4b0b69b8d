'use strict';

// Sends one message to the hybrid connection "hello" and prints the answer: node sender.js [MESSAGE]
const WebSocket = require('hyco-ws');
const { relay, keyName, key } = require('./connection');

const address = `${relay}/$hc/hello?sb-hc-action=connect`;
const token = WebSocket.createRelayToken(address, keyName, key);

const sender = WebSocket.relayedConnect(address, token, socket => socket.send(process.argv[2] || 'hello'));
sender.on('message', message => {
  console.log(message);
  sender.close();
});
sender.on('error', error => {
  console.error(error.message);
  process.exitCode = 1;
});
