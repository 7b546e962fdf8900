import { Injectable } from '@nestjs/common';
import type { EntryKind } from '@wend/contract';
import { DebounceWindows } from './debounce-windows.js';
import { OmissionWindows } from './omission-windows.js';
import type { WindowKind } from './window-kind.js';

/** The kinds of entries that open windows: a kind adds its line here. */
@Injectable()
export class WindowKinds {
  readonly all: readonly WindowKind[];

  constructor(omission: OmissionWindows, debounce: DebounceWindows) {
    this.all = [omission as unknown as WindowKind, debounce as unknown as WindowKind];
  }

  of(kind: EntryKind): WindowKind {
    const found = this.all.find((each) => each.kind === kind);
    if (!found) throw new Error(`Entries of the kind ${kind} open no windows.`);
    return found;
  }
}
