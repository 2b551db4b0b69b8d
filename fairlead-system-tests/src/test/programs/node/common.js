'use strict';

const crypto = require('crypto');
const readline = require('readline');

/** Prints one line for the test that runs this program. */
function tell(...words) {
  process.stdout.write(words.join(' ').replace(/\n/g, ' ') + '\n');
}

/** Tells kind, length and hash of a message. */
function tellMessage(kind, bytes) {
  tell(kind, bytes.length, crypto.createHash('sha256').update(bytes).digest('hex'));
}

/** The bytes that both sides expect of a binary message of this length. */
function pattern(length) {
  const bytes = Buffer.alloc(length);
  for (let i = 0; i < length; i++) {
    bytes[i] = (i * 7 + 3) & 255;
  }
  return bytes;
}

/** Runs a function for each line of the standard input, read as JSON. */
function onCommand(run) {
  readline.createInterface({ input: process.stdin }).on('line', line => run(JSON.parse(line)));
}

/**
 * Calls back with (isBinary, data) for each message and with (code, reason) for the close, whichever major version of
 * `ws` the socket is of: version 1 has a flags object and strings, version 8 a boolean and buffers.
 */
function onSocket(socket, onMessage, onClose) {
  socket.on('message', (data, second) => {
    const binary = second === true || (second !== false && !!second && !!second.binary);
    onMessage(binary, Buffer.isBuffer(data) ? data : Buffer.from(data));
  });
  socket.on('close', (code, reason) => onClose(code, String(reason)));
}

module.exports = { onCommand, onSocket, pattern, tell, tellMessage };
