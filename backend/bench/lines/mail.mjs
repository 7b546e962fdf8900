/** The mail that the lines about mail send. */
export const mail = {
  from: 'Shop <shop@example.com>',
  subject: 'Back in stock',
  html: `<p>${'Back in stock. '.repeat(200)}</p>`,
  text: 'Back in stock. '.repeat(200),
};
export const recipient = 'ann@example.net';
