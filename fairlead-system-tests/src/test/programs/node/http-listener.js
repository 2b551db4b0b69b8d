'use strict';

// Answers HTTP requests by what the last segment of their path says: behind a relay with KIND=hyco-https, on a port of its
// own with KIND=http.
const crypto = require('crypto');
const { Readable } = require('stream');
const { pattern, tell } = require('./common');

/** Reads the whole body, and calls back with its length and its hash. */
function digest(request, done) {
  const hash = crypto.createHash('sha256');
  let length = 0;
  request.on('data', part => {
    hash.update(part);
    length += part.length;
  });
  request.on('end', () => done(`${length} ${hash.digest('hex')}`));
}

/** The bytes of a pattern in parts of 10,000. */
function* parts(length) {
  const bytes = pattern(length);
  for (let i = 0; i < length; i += 10000) {
    yield bytes.subarray(i, i + 10000);
  }
}

function answer(request, response) {
  const url = new URL(request.url, 'http://listener');
  const length = Number(url.searchParams.get('length') || 0);
  response.setHeader('Access-Control-Allow-Origin', '*'); // for browsers, whose page comes from elsewhere
  switch (url.pathname.split('/').pop()) {
    case 'digest':
      return digest(request, summary => response.end(summary));
    case 'echo':
      return request.pipe(response);
    case 'bytes':
      return length ? response.end(pattern(length)) : response.end();
    case 'parts':
      for (const part of parts(length)) {
        response.write(part);
      }
      return response.end();
    case 'piped':
      return Readable.from(parts(length)).pipe(response);
    case 'status':
      response.writeHead(Number(url.searchParams.get('code')), url.searchParams.get('words'));
      return response.end();
    case 'headers':
      response.setHeader('X-Answer', 'one, two');
      response.setHeader('Content-Type', 'application/json');
      return response.end(JSON.stringify({ method: request.method, url: request.url, headers: request.headers }));
    default:
      response.writeHead(404);
      return response.end();
  }
}

function serve(request, response) {
  tell('asked', request.method, request.url);
  answer(request, response);
}

if (process.env.KIND === 'hyco-https') {
  const https = require('hyco-https');
  const server = https.createRelayedServer({ server: process.env.LISTEN_URL, token: process.env.TOKEN }, serve);
  server.on('listening', () => tell('online'));
  server.on('error', error => tell('refused', Date.now(), error.message || error));
  server.listen();
} else {
  const server = require('http').createServer(serve);
  server.listen(0, '127.0.0.1', () => tell('online', server.address().port));
}
