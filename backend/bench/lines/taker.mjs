/** The other side of a provider, in a process of its own so that its CPU time is not counted: one of `servers`. */
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { SMTPServer } from 'smtp-server';
import { certificates } from './google.mjs';

const taken = { count: 0 };
const servers = {
  sms: () =>
    createServer((request, response) => {
      request.resume().on('end', () => {
        taken.count += 1;
        response
          .writeHead(201, { 'content-type': 'application/json' })
          .end(`{"sid":"SM${taken.count}","status":"queued"}`);
      });
    }),
  resend: () =>
    createServer((request, response) => {
      request.resume().on('end', () => {
        taken.count += 1;
        response.writeHead(200, { 'content-type': 'application/json' }).end(`{"id":"mail-${taken.count}"}`);
      });
    }),
  // Google: the end-point that gives access tokens, and FCM v1.
  fcm: () =>
    createTlsServer(certificates(), (request, response) => {
      request.resume().on('end', () => {
        const login = request.url === '/token';
        if (!login) taken.count += 1;
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(
            login
              ? '{"access_token":"token","expires_in":3599,"token_type":"Bearer"}'
              : `{"name":"projects/shop/messages/${taken.count}"}`,
          );
      });
    }),
  smtp: () =>
    new SMTPServer({
      disabledCommands: ['STARTTLS', 'AUTH'],
      disableReverseLookup: true,
      onData(stream, _session, done) {
        stream.resume().on('end', () => {
          taken.count += 1;
          done();
        });
      },
    }),
};

const server = servers[process.argv[2]]();
const listening = server.listen(0, '127.0.0.1', () =>
  process.send({ port: (server.server ?? listening).address().port }),
);
process.on('message', () => process.send({ taken: taken.count }));
process.on('disconnect', () => process.exit());
