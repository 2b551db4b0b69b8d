'use strict';

// A sender that does what each line of its standard input says, and prints what comes of it.
const { onCommand, onSocket, pattern, tell, tellMessage } = require('./common');

let socket;

function open(command) {
  if (process.env.KIND === 'hyco-ws') {
    const WebSocket = require('hyco-ws');
    socket = WebSocket.relayedConnect(command.url, command.token);
  } else {
    const WebSocket = require('ws');
    const headers = command.token ? { ServiceBusAuthorization: command.token } : {};
    socket = new WebSocket(command.url, command.protocols || [], { headers, perMessageDeflate: !!command.deflate });
  }
  socket.on('open', () => tell('open', socket.protocol || '-', process.env.KIND === 'ws' && socket.extensions || '-'));
  socket.on('error', error => tell('refused', error.message || error));
  onSocket(
    socket,
    (binary, data) => tellMessage(binary ? 'binary' : 'text', data),
    (code, reason) => tell('closed', code, reason));
}

onCommand(command => {
  switch (command.do) {
    case 'open':
      return open(command);
    case 'text':
      return socket.send(command.text.repeat(command.times));
    case 'binary':
      return socket.send(pattern(command.length));
    case 'fragments': {
      const bytes = Buffer.from(command.text);
      for (let i = 0; i < bytes.length; i++) {
        socket.send(bytes.subarray(i, i + 1), { binary: false, fin: i === bytes.length - 1 });
      }
      return undefined;
    }
    case 'close':
      return command.code ? socket.close(command.code, command.reason) : socket.close();
    default:
      throw new Error(`unknown command ${command.do}`);
  }
});
tell('ready');
