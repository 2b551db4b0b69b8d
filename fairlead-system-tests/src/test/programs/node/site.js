'use strict';

// A site that knows nothing of a relay: a page that fetches, hears server-sent events, and talks over a WebSocket, all by
// links relative to itself; it tells the site what came of it, and the site prints that.
const http = require('http');
const { WebSocketServer } = require('ws');
const { tell } = require('./common');

const PAGE = `<!doctype html><title>site</title><script>
  const here = location.href;
  const report = (what, value) => fetch('told', { method: 'POST', body: what + ' ' + value });
  fetch('data.json?x=1').then(r => r.json()).then(d => report('fetched', d.answer), e => report('fetched', e));
  let heard = [];
  const events = new EventSource('events');
  events.onmessage = e => { heard.push(e.data); if (heard.length === 3) { events.close(); report('heard', heard.join(',')); } };
  const socket = new WebSocket(here.replace(/^http/, 'ws') + 'chat', 'site.v1');
  socket.onopen = () => socket.send('ahoy');
  socket.onmessage = m => report('said', socket.protocol + ' ' + m.data).then(() => socket.close(1000, 'bye'));
  socket.onerror = () => report('said', 'an error');
</script>`;

const server = http.createServer((request, response) => {
  const path = new URL(request.url, 'http://site').pathname;
  if (path === '/') {
    response.setHeader('Content-Type', 'text/html');
    response.end(PAGE);
  } else if (path === '/data.json') {
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify({ answer: 42 }));
  } else if (path === '/events') {
    response.setHeader('Content-Type', 'text/event-stream');
    let i = 0;
    const next = () => response.write(`data: ${++i}\n\n`);
    next();
    const timer = setInterval(next, 50);
    request.on('close', () => {
      clearInterval(timer);
      tell('listening ended');
    });
  } else if (path === '/told') {
    let text = '';
    request.on('data', part => (text += part));
    request.on('end', () => {
      tell(text);
      response.end();
    });
  } else {
    response.writeHead(404);
    response.end();
  }
});

new WebSocketServer({ server, path: '/chat', handleProtocols: offered => [...offered][0] }).on('connection', socket => {
  socket.on('message', text => socket.send('you said: ' + text));
  socket.on('close', (code, reason) => tell('closed', code, reason));
});
server.listen(0, '127.0.0.1', () => tell('online', server.address().port));
