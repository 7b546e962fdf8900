import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
// @ts-expect-error plain JavaScript: it runs before anything is built
import { nodePackages } from './node-packages.mjs';

const template = new URL('../../workflows/node-sdk/template/package.json.template', import.meta.url);

describe('nodePackages', () => {
  it('takes exactly what is named, also when that is nothing', () => {
    expect(nodePackages({ WEND_NODE_PACKAGES: '@acme/a, @acme/b,' })).toEqual(['@acme/a', '@acme/b']);
    expect(nodePackages({ WEND_NODE_PACKAGES: '' })).toEqual([]);
  });

  it('finds the packages of this clone by what new:node writes into them', () => {
    expect(nodePackages({})).toEqual(
      expect.arrayContaining(['@wend-examples/courier', '@wend-examples/loyalty-points']),
    );
    expect(nodePackages({})).not.toContain('@wend/nodes');
    const made = JSON.parse(readFileSync(template, 'utf8')) as { nx: unknown };
    const example = JSON.parse(
      readFileSync(new URL('../../examples/custom-node/package.json', import.meta.url), 'utf8'),
    ) as { nx: unknown };
    expect(made.nx).toEqual(example.nx);
  });
});
