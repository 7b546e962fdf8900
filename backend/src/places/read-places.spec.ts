import { expect, it } from 'vitest';
import { readPlaces } from './read-places.js';

async function read(csv: string) {
  const rows = [];
  for await (const row of readPlaces(csv)) rows.push(row);
  return rows;
}

it('reads places as spreadsheets write them, and says of bad rows what is wrong', async () => {
  const csv =
    '\uFEFFID;Name;Latitude;Longitude;Radius;Tags\r\ns1;"강남; 점";37.498;127.0276;150;store|seoul\r\ns2;Bad;99;1;150;\r\ns3;Small;1;1;3;\r\n;No id;1;1;100;\r\ns4;No radius;1;1;;\r\n';
  expect(await read(csv)).toEqual([
    {
      line: 2,
      place: {
        externalId: 's1',
        name: '강남; 점',
        lat: 37.498,
        lng: 127.0276,
        radius: 150,
        tags: ['store', 'seoul'],
        dwellMinutes: 0,
        quietHours: 0,
      },
    },
    { line: 3, problem: 'lat: “99” isn’t a latitude from -90 to 90.' },
    { line: 4, problem: 'radius: “3” isn’t metres from 20 to 100,000.' },
    { line: 5, problem: 'externalId: is missing.' },
    { line: 6, problem: 'radius: is missing.' },
  ]);
});

it('refuses a file whose columns nobody can know', async () => {
  await expect(read('a,b\n1,2\n')).rejects.toMatchObject({ code: 'missing-columns' });
  await expect(read('')).rejects.toMatchObject({ code: 'empty-csv' });
});
