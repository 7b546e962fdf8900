/** A thread in the place of web push's encryption that ends in the middle of what it was told to do. */
// eslint-disable-next-line wend/named-exports -- loaded by its place
export default function encrypt(jobs) {
  if (jobs[0].payload === 'die') process.exit(1);
  return { bytes: new ArrayBuffer(jobs.length), ends: jobs.map((_, index) => index + 1) };
}
