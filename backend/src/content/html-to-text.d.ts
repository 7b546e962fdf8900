type ConvertOptions = {
  wordwrap?: number | false;
  limits?: { maxInputLength?: number; maxDepth?: number };
  selectors?: Selector[];
};

/** The package brings no types; only what is used here. */
declare module 'html-to-text' {
  type Selector = { selector: string; format?: string; options?: Record<string, unknown> };
  export function compile<Metadata>(options?: ConvertOptions): (html: string, metadata: Metadata) => string;
}
