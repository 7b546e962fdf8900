/** The other side of a provider, in a process of its own so that its CPU time is not counted: `sms` or `smtp`. */
import { createServer } from 'node:http';
import { SMTPServer } from 'smtp-server';

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
