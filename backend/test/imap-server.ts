import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

type Mail = { uid: number; source: Buffer; flags: Set<string> };
export type ImapServer = {
  port: number;
  /** Puts a mail into the folder; returns its UID. */
  put: (source: string | Buffer) => number;
  mails: Mail[];
  /** Every command without its tag, and the password hidden. */
  commands: string[];
  /** Makes the folder anew: its mails get new numbers. */
  rebuild: () => void;
  /** Cuts the line when a command begins with this, once. */
  cutAt: (command: string) => void;
  close: () => Promise<void>;
};

const user = 'bounces@shop.example';
export const imapPassword = 'mail-box pass';

/**
 * A mail server that speaks as much of IMAP4rev1 (RFC 3501) as reading a folder takes: one folder, one user, without
 * TLS.
 */
export async function startImapServer(): Promise<ImapServer> {
  const mails: Mail[] = [];
  const commands: string[] = [];
  const sockets = new Set<Socket>();
  let validity = 7;
  let nextUid = 1;
  let cut: string | null = null;

  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.write('* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n');
    let text = '';
    let authTag: string | null = null;
    socket.on('data', (chunk) => {
      text += chunk.toString();
      for (let end = text.indexOf('\r\n'); end >= 0; end = text.indexOf('\r\n')) {
        const line = text.slice(0, end);
        text = text.slice(end + 2);
        if (authTag !== null) {
          const [, name, password] = Buffer.from(line, 'base64').toString().split('\0');
          answerLogin(authTag, name === user && password === imapPassword);
          authTag = null;
        } else command(line);
      }
    });

    function answerLogin(tag: string, ok: boolean): void {
      socket.write(ok ? `${tag} OK logged in\r\n` : `${tag} NO [AUTHENTICATIONFAILED] Invalid credentials\r\n`);
    }

    function command(line: string): void {
      const [tag = '', ...rest] = line.split(' ');
      const words = rest.join(' ');
      const name = words.toUpperCase();
      commands.push(name.startsWith('LOGIN') ? 'LOGIN' : words);
      if (cut !== null && name.startsWith(cut)) {
        cut = null;
        return void socket.destroy();
      }
      const ok = (untagged = '') => void socket.write(`${untagged}${tag} OK done\r\n`);
      if (name.startsWith('CAPABILITY')) return ok('* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n');
      if (name.startsWith('AUTHENTICATE PLAIN')) {
        authTag = tag;
        return void socket.write('+ \r\n');
      }
      if (name.startsWith('LOGIN')) {
        const [, given, password] = /^LOGIN "?([^" ]+)"? "?(.*?)"?$/i.exec(words) ?? [];
        return answerLogin(tag, given === user && password === imapPassword);
      }
      if (name.startsWith('LIST') || name.startsWith('LSUB'))
        return ok(/INBOX|[*%]/.test(name) ? `* ${name.slice(0, 4)} (\\HasNoChildren) "/" INBOX\r\n` : '');
      if (name.startsWith('SELECT') || name.startsWith('EXAMINE')) {
        if (!name.includes('INBOX')) return void socket.write(`${tag} NO no such folder\r\n`);
        return ok(
          `* FLAGS (\\Seen)\r\n* ${mails.length} EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY ${validity}] valid\r\n* OK [UIDNEXT ${nextUid}] next\r\n`,
        );
      }
      const search = /^UID SEARCH UID (\d+):\*$/i.exec(words);
      if (search) {
        const last = mails.at(-1)?.uid ?? 0;
        // As RFC 3501 has it: `*` is the last one, also where the range begins after it.
        const [from, to] = [Math.min(Number(search[1]), last), Math.max(Number(search[1]), last)];
        const found = mails.filter(({ uid }) => uid >= from && uid <= to).map(({ uid }) => uid);
        return ok(`* SEARCH ${found.join(' ')}\r\n`);
      }
      const fetch = /^UID FETCH (\d+) .*BODY\.PEEK\[\]<(\d+)\.(\d+)>/i.exec(words);
      if (fetch) {
        const index = mails.findIndex(({ uid }) => uid === Number(fetch[1]));
        if (index < 0) return ok();
        const start = Number(fetch[2]);
        const part = mails[index]!.source.subarray(start, start + Number(fetch[3]));
        socket.write(`* ${index + 1} FETCH (UID ${mails[index]!.uid} BODY[]<${start}> {${part.length}}\r\n`);
        socket.write(part);
        return ok(')\r\n');
      }
      const store = /^UID STORE (\d+) \+FLAGS(?:\.SILENT)? \(\\Seen\)/i.exec(words);
      if (store) {
        mails.find(({ uid }) => uid === Number(store[1]))?.flags.add('\\Seen');
        return ok();
      }
      if (name === 'LOGOUT') {
        socket.write(`* BYE bye\r\n${tag} OK done\r\n`);
        return void socket.end();
      }
      if (name === 'NOOP' || name === 'CLOSE' || name === 'UNSELECT') return ok();
      socket.write(`${tag} BAD unknown: ${words}\r\n`);
    }
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    mails,
    commands,
    put(source) {
      const uid = nextUid;
      nextUid += 1;
      mails.push({ uid, source: Buffer.from(source), flags: new Set() });
      return uid;
    },
    rebuild() {
      validity += 1;
      nextUid = 1;
      for (const mail of mails) {
        mail.uid = nextUid;
        nextUid += 1;
      }
    },
    cutAt(command) {
      cut = command;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}
