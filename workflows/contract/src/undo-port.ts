/** Leads to what undoes a node, for runs that leave early; nobody goes on by it. There while it is switched on. */
export const undoPort = { id: 'undo', label: 'If they leave early', when: 'undo' } as const;

/** The switch of that port, as JSON Schema. */
export const undoSetting = {
  [undoPort.when]: {
    type: 'boolean',
    default: false,
    widget: 'switch',
    advanced: true,
    title: 'Undo it if they leave early',
    description: 'Adds a path that runs when a run ends early after this step: by “Exit when”, or by a member.',
  },
};
