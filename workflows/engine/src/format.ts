/**
 * The program format that `compile` writes. What runs a program is chosen by the program's own format: see
 * formats/README.md.
 */
export const programFormat = 3;
