/**
 * The program format that `compile` writes and `reduce` runs. A change of the reducer that could change the commands of a stored run is a
 * new format with an interpreter of its own; the stored histories of every format are replayed in the tests.
 */
export const programFormat = 1;
