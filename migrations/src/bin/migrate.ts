import { migrate } from '../index.js';

const databaseUrl = process.env['DATABASE_URL'];
if (!databaseUrl) {
  console.error('DATABASE_URL is not set: give the address of the PostgreSQL database to migrate.');
  process.exit(2);
}
const ran = await migrate({ databaseUrl });
console.log(ran.length === 0 ? 'The database is up to date.' : `Ran ${ran.join(', ')}.`);
