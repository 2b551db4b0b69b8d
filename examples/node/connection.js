'use strict';

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

if (!process.env.FAIRLEAD_CONNECTION_STRING) {
  console.error('set FAIRLEAD_CONNECTION_STRING to the connection string that the relay printed at its start');
  process.exit(2);
}

module.exports = parse(process.env.FAIRLEAD_CONNECTION_STRING);
