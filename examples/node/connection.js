'use strict';

const fs = require('fs');
const path = require('path');

/** Takes a connection string apart: Endpoint=…;SharedAccessKeyName=…;SharedAccessKey=… */
function parse(text) {
  const parts = Object.fromEntries(text.trim().split(';').filter(Boolean).map(part => {
    const i = part.indexOf('=');
    return [part.slice(0, i), part.slice(i + 1)];
  }));
  // sb:// means TLS; a plain port is named with http://.
  const relay = parts.Endpoint.replace(/^sb:/, 'wss:').replace(/^http/, 'ws').replace(/\/$/, '');
  return { relay, keyName: parts.SharedAccessKeyName, key: parts.SharedAccessKey };
}

/** The relay of this checkout keeps the connection string of its plain port here; another one is named by the variable. */
const file = path.join(__dirname, '../../data/connection-string-plain');
const text = process.env.FAIRLEAD_CONNECTION_STRING || (fs.existsSync(file) && fs.readFileSync(file, 'utf8'));
if (!text) {
  console.error('start the relay with ./fairlead serve, or set FAIRLEAD_CONNECTION_STRING to the connection string of one');
  process.exit(2);
}

module.exports = parse(text);
