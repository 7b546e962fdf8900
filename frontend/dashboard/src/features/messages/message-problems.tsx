/** What the server finds wrong with a message, place by place. */
export function MessageProblems({ problems }: { problems: readonly { path: string; message: string }[] }) {
  return (
    <ul className="space-y-1">
      {problems.map((problem, index) => {
        const { place, words } = placed(problem);
        return (
          <li key={index}>
            {place === '' ? null : <b className="font-semibold">{place}: </b>}
            {words}
          </li>
        );
      })}
    </ul>
  );
}

/** A field of a template is called by its label, which the problem begins with: `(Item) is empty`. */
function placed({ path, message }: { path: string; message: string }): { place: string; words: string } {
  const [, label, words] = (path.startsWith('template.fields.') && /^\((.+?)\) (.*)$/s.exec(message)) || [];
  return { place: label ?? path, words: words ?? message };
}
