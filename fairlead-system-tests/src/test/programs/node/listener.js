'use strict';

// A listener that echoes. A text "close CODE REASON" makes it close instead, a text "fragments" makes it answer in
// fragments that cut characters.
const { onSocket, tell } = require('./common');

const url = process.env.LISTEN_URL;
const token = process.env.TOKEN;

function serve(socket, canFragment) {
  onSocket(
    socket,
    (binary, data) => {
      const text = binary ? '' : data.toString();
      const close = /^close (\d+) (.*)$/.exec(text);
      if (close) {
        socket.close(Number(close[1]), close[2]);
      } else if (text === 'fragments' && canFragment) {
        const bytes = Buffer.from('aä€😀z');
        for (let i = 0; i < bytes.length; i++) {
          socket.send(bytes.subarray(i, i + 1), { binary: false, fin: i === bytes.length - 1 });
        }
      } else {
        socket.send(binary ? data : text, { binary });
      }
    },
    (code, reason) => tell('closed', code, reason));
  socket.on('error', error => tell('error', error.message || error));
}

if (process.env.KIND === 'hyco-ws') {
  const WebSocket = require('hyco-ws');
  const options = process.env.PROTOCOL
    ? { server: url, token, handleProtocols: (offered, done) => done(true, process.env.PROTOCOL) }
    : { server: url, token };
  const server = WebSocket.createRelayedServer(options, socket => {
    tell('accepted');
    serve(socket, false);
  });
  server.on('listening', () => tell('online'));
  server.on('error', error => tell('refused', Date.now(), error.message || error));
} else {
  const WebSocket = require('ws');
  const control = new WebSocket(url, { headers: { ServiceBusAuthorization: token } });
  control.on('open', () => tell('online'));
  control.on('error', error => tell('refused', Date.now(), error.message));
  control.on('message', data => {
    const { accept } = JSON.parse(data);
    const wanted = accept.connectHeaders['Sec-WebSocket-Protocol'];
    const offer = accept.connectHeaders['Sec-WebSocket-Extensions'];
    tell('accepted');
    // KIND=ws-deflate answers the sender's offer on its own handshake. The answer must name the window, since the relay
    // passes it on as a server's, and a server's may not leave the number out (RFC 7692, section 7.1.2.2).
    const perMessageDeflate = process.env.KIND === 'ws-deflate' && !!offer && { clientMaxWindowBits: 15 };
    const socket = new WebSocket(accept.address, wanted ? [wanted.split(/, */)[0]] : [], { perMessageDeflate });
    socket.on('open', () => tell('extensions', socket.extensions || '-'));
    serve(socket, true);
  });
}
