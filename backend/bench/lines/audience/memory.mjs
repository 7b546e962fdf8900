/** What the processes hold after all that. */
export const measure = async ({ meter }) => {
  const memory = meter.memory();
  const names = Object.keys(memory).filter((name) => memory[name] > 0);
  return {
    tables: [
      {
        title: 'Memory afterwards, MB',
        head: names,
        rows: [names.map((name) => Math.round(memory[name] / 1e6).toLocaleString('en'))],
        note: 'Proportional set size; PostgreSQL is the sum over its processes, shared buffers once.',
      },
    ],
    result: memory,
  };
};
