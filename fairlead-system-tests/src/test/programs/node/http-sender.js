'use strict';

// A sender of plain HTTP that asks what each line of its standard input says, all questions of a line at once, and prints
// for each its number, and status, length and hash of what came: by fetch with KIND=fetch, by Node's http with KIND=http.
const crypto = require('crypto');
const http = require('http');
const https = require('https');
const { onCommand, pattern, tell } = require('./common');

const agents = { 'http:': new http.Agent({ keepAlive: true }), 'https:': new https.Agent({ keepAlive: true }) };

/** The body of a question in parts, for those that are sent in chunks. */
function* parts(length) {
  const bytes = pattern(length);
  for (let i = 0; i < length; i += 20000) {
    yield bytes.subarray(i, i + 20000);
  }
}

async function byFetch(question) {
  const { url, method, headers, length, chunked } = question;
  const options = { method, headers };
  if (chunked) {
    options.body = ReadableStream.from ? ReadableStream.from(parts(length)) : require('stream').Readable.from(parts(length));
    options.duplex = 'half';
  } else if (length >= 0) {
    options.body = pattern(length);
  }
  const response = await fetch(url, options);
  return [response.status, Buffer.from(await response.arrayBuffer())];
}

function byHttp(question) {
  const { url, method, headers, length, chunked, expect } = question;
  return new Promise((resolve, reject) => {
    const target = new URL(url);
    const all = { ...headers };
    if (expect) {
      all.Expect = '100-continue';
    }
    if (length >= 0 && !chunked) {
      all['Content-Length'] = length;
    }
    const request = (target.protocol === 'https:' ? https : http)
      .request(target, { method, headers: all, agent: agents[target.protocol] });
    request.on('error', reject);
    request.on('response', response => {
      const body = [];
      response.on('data', part => body.push(part));
      response.on('error', reject);
      response.on('end', () => resolve([response.statusCode, Buffer.concat(body)]));
    });
    const write = () => {
      if (chunked) {
        for (const part of parts(length)) {
          request.write(part);
        }
      } else if (length >= 0) {
        request.write(pattern(length));
      }
      request.end();
    };
    if (expect) {
      request.flushHeaders();
      request.on('continue', write);
    } else {
      write();
    }
  });
}

onCommand(({ questions }) => questions.forEach(async (question, number) => {
  try {
    const [status, body] = await (process.env.KIND === 'fetch' ? byFetch : byHttp)(question);
    tell('heard', number, status, body.length, crypto.createHash('sha256').update(body).digest('hex'));
  } catch (error) {
    tell('heard', number, 'failed', error.message, error.cause ? error.cause.message : '');
  }
}));
tell('ready');
