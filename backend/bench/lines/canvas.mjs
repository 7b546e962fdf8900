/**
 * A canvas of 625 nodes in Chromium: frame times while a card is dragged and while the canvas is moved, time to open,
 * size of what is loaded. Beside it the same gestures on a bare page of 625 boxes, which is what the browser and this
 * machine can do at best.
 */
/* global document, innerHeight, innerWidth, requestAnimationFrame */
import { cardSize, emptyGraph } from '@wend/contract';
import { chromium } from 'playwright-core';
import { findChromium } from '../../../docker/tests/chromium.mjs';
import { median, percentile, spread } from '../statistics.mjs';
import { figure, printTable, spreadText } from '../table.mjs';
import { pause, until } from '../until.mjs';

const side = 25;
const gap = { x: 52, y: 68 };
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

export const measureCanvas = async (system, { size, log }) => {
  const { product, webUrl } = system;
  const id = await product.create({ name: 'Large', graph: grid() });
  const browser = await chromium.launch({ executablePath: await findChromium(), args: flags });
  try {
    const context = await browser.newContext({ baseURL: webUrl, viewport: { width: 1440, height: 900 } });
    const [name, value] = product.cookie.split('=');
    await context.addCookies([{ name, value, url: webUrl }]);
    const frames = [];
    const opened = [];
    let loaded;
    for (let round = 1; round <= size.rounds; round += 1) {
      log(`round ${round} of ${size.rounds}`);
      const page = await context.newPage();
      opened.push(await open(page, id));
      loaded ??= await sizeOfScripts(page);
      await fit(page);
      frames.push(...(await gestures(page, { name: 'all cards in view', card: '.react-flow__node' })));
      await zoomTo100(page);
      frames.push(...(await gestures(page, { name: 'at 100%', card: '.react-flow__node' })));
      await page.close();
      const bare = await context.newPage();
      await openBare(bare);
      frames.push(...(await gestures(bare, { name: 'bare page, all boxes in view', card: '.box' })));
      await bare.close();
    }
    return report({ frames, opened, loaded });
  } finally {
    await browser.close();
  }
};

/** Rows that each lead to the right and then down to the next. */
const grid = () => {
  const ids = Array.from({ length: side * side }, (_, index) => index);
  const nodes = ids.map((index) => ({
    id: `n${index}`,
    version: 1,
    name: `Node ${index}`,
    ...(index === 0
      ? { type: 'wend/entry-event', config: { event: 'Signed Up' } }
      : { type: 'wend/wait', config: { duration: { amount: 1, unit: 'hours' } } }),
    position: { x: (index % side) * (cardSize.width + gap.x), y: Math.floor(index / side) * (cardSize.height + gap.y) },
  }));
  return {
    ...emptyGraph(),
    nodes: Object.fromEntries(nodes.map((node) => [node.id, node])),
    edges: ids.slice(1).map((index) => ({ id: `e${index}`, from: `n${index - 1}`, port: 'next', to: `n${index}` })),
  };
};

/**
 * From the request for the page to the first frame in which a card answers to the mouse, in ms, on the page's own
 * clock. The browser keeps scripts, as it does for somebody who comes again.
 */
const open = async (page, id) => {
  await page.addInitScript(() => {
    const look = () => {
      for (const card of document.querySelectorAll('.react-flow__node')) {
        const box = card.getBoundingClientRect();
        const hit = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
        if (hit && card.contains(hit)) return (globalThis.cardAnswered = performance.now());
      }
      return requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  await page.goto(`/journeys/${id}`, { waitUntil: 'commit' });
  const answered = await page.waitForFunction(() => globalThis.cardAnswered).then((handle) => handle.jsonValue());
  await page.locator('.react-flow__node').first().hover();
  return answered;
};

/** Bytes of the scripts: those that a card waits for before it answers, and all that the page loads by itself. */
const sizeOfScripts = async (page) => {
  // What is wanted next is loaded when the page has come to rest.
  await pause(3_000);
  return page.evaluate(() => {
    const scripts = performance
      .getEntriesByType('resource')
      .filter(({ name }) => new URL(name).pathname.endsWith('.js'));
    const sum = (entries) => entries.reduce((total, { encodedBodySize }) => total + encodedBodySize, 0);
    return {
      first: sum(scripts.filter(({ responseEnd }) => responseEnd <= globalThis.cardAnswered)),
      all: sum(scripts),
    };
  });
};

const fit = async (page) => {
  await page.getByRole('button', { name: 'Fit to view' }).click();
  await atRest(page);
};

const zoomTo100 = async (page) => {
  await page.getByRole('button', { name: /Set it to 100%/ }).click();
  await atRest(page);
};

const atRest = async (page) => {
  const place = () => page.locator('.react-flow__viewport').getAttribute('style');
  let before;
  let still = 0;
  await until(
    async () => {
      const now = await place();
      still = now === before ? still + 1 : 0;
      before = now;
      return still > 4;
    },
    { what: 'the canvas to rest' },
  );
};

/** The least that moving 625 boxes can cost: boxes of the same size in one layer, moved by styles. */
const openBare = async (page) => {
  const boxes = Array.from(
    { length: side * side },
    (_, index) =>
      `<div class="box" style="left:${(index % side) * (cardSize.width + gap.x)}px;top:${Math.floor(index / side) * (cardSize.height + gap.y)}px"><b>Node ${index}</b><br>1 hour</div>`,
  );
  await page.setContent(`<style>body{margin:0;overflow:hidden}#all{position:absolute;transform-origin:0 0}.box{position:absolute;box-sizing:border-box;width:${cardSize.width}px;height:${cardSize.height}px;border:1px solid #bbb;border-radius:10px;padding:14px;background:#fff;font:14px sans-serif;box-shadow:0 1px 2px #0003}</style>
    <div id="all">${boxes.join('')}</div>
    <script>
      const all = document.querySelector('#all');
      const at = { x: 20, y: 20, zoom: Math.min(innerWidth / ${side * (cardSize.width + gap.x)}, innerHeight / ${side * (cardSize.height + gap.y)}) };
      const place = () => (all.style.transform = 'translate(' + at.x + 'px,' + at.y + 'px) scale(' + at.zoom + ')');
      place();
      addEventListener('wheel', (event) => { at.x -= event.deltaX; at.y -= event.deltaY; place(); });
      let held = null;
      addEventListener('mousedown', (event) => { const box = event.target.closest('.box'); held = box && { box, x: event.clientX, y: event.clientY, left: box.offsetLeft, top: box.offsetTop }; });
      addEventListener('mousemove', (event) => { if (held) { held.box.style.left = held.left + (event.clientX - held.x) / at.zoom + 'px'; held.box.style.top = held.top + (event.clientY - held.y) / at.zoom + 'px'; } });
      addEventListener('mouseup', () => (held = null));
    </script>`);
};

const gestures = async (page, { name, card }) => {
  const shown = await page.locator(card).evaluateAll(
    (all) =>
      all.filter((each) => {
        const box = each.getBoundingClientRect();
        return box.right > 0 && box.bottom > 0 && box.left < innerWidth && box.top < innerHeight;
      }).length,
  );
  return [
    { view: name, gesture: 'dragging a card', shown, times: await framesWhile(page, () => drag(page, card)) },
    { view: name, gesture: 'moving the canvas', shown, times: await framesWhile(page, () => pan(page)) },
  ];
};

/** The card nearest to the middle that lies on top, there and back. One step a frame, as a mouse gives them. */
const drag = async (page, card) => {
  const from = await page.locator(card).evaluateAll((all) => {
    const centres = all.map((each) => {
      const box = each.getBoundingClientRect();
      return { each, x: box.x + box.width / 2, y: box.y + box.height / 2 };
    });
    const distance = ({ x, y }) => Math.hypot(x - innerWidth / 2, y - innerHeight / 2);
    const { x, y } = centres
      .sort((one, other) => distance(one) - distance(other))
      .find(({ each, x, y }) => each.contains(document.elementFromPoint(x, y)));
    return { x, y };
  });
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  for (const turn of steps) {
    await page.mouse.move(from.x + turn * 140, from.y + turn * 90);
    await pause(16);
  }
  await page.mouse.up();
};

const pan = async (page) => {
  await page.mouse.move(720, 450);
  for (const [index, turn] of steps.entries()) {
    const by = turn - (steps[index - 1] ?? 0);
    await page.mouse.wheel(by * 300, by * 200);
    await pause(16);
  }
};

/** There and back, from 0 to 1. */
const steps = Array.from({ length: 60 }, (_, index) => Math.sin((index / 59) * Math.PI));

/** Times between frames in ms, as the page sees them. */
const framesWhile = async (page, act) => {
  const recorder = await page.evaluateHandle(() => {
    const state = { times: [], on: true };
    const tick = (time) => {
      state.times.push(time);
      if (state.on) requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
    return state;
  });
  await act();
  const times = await recorder.evaluate((state) => {
    state.on = false;
    return state.times;
  });
  return times.slice(1).map((time, index) => time - times[index]);
};

const report = ({ frames, opened, loaded }) => {
  const kinds = [...new Set(frames.map(({ view, gesture }) => `${view}/${gesture}`))].map((key) => {
    const rounds = frames.filter(({ view, gesture }) => `${view}/${gesture}` === key);
    const times = rounds.flatMap((round) => round.times);
    const perSecond = (each) => (1000 * each.length) / each.reduce((sum, time) => sum + time, 0);
    return {
      view: rounds[0].view,
      gesture: rounds[0].gesture,
      shown: rounds[0].shown,
      perSecond: spread(rounds.map((round) => perSecond(round.times))),
      p50: median(times),
      p95: percentile(times, 0.95),
    };
  });
  printTable({
    title: `A canvas of ${side * side} nodes`,
    head: ['', 'in view', 'frames/s', 'frame p50, ms', 'p95, ms'],
    rows: kinds.map(({ view, gesture, shown, perSecond, p50, p95 }) => [
      `${gesture}, ${view}`,
      shown,
      spreadText(perSecond),
      figure(p50),
      figure(p95),
    ]),
    note: "Chromium 1440 × 900 without a graphics card: painting is the processor's work.",
  });
  const kilobytes = { first: loaded.first / 1000, all: loaded.all / 1000 };
  const toOpen = spread(opened);
  printTable({
    title: 'Opening it',
    head: ['', ''],
    rows: [
      ['until a card answers to the mouse, ms', spreadText(toOpen)],
      ['scripts that it waits for, kB gzipped', figure(kilobytes.first)],
      ['all scripts that the page loads by itself', figure(kilobytes.all)],
    ],
  });
  const working = kinds.filter(({ view }) => !view.startsWith('bare'));
  return {
    result: { kinds, opened, loaded },
    goals: [
      ...working.map(({ view, gesture, perSecond }) => ({
        goal: `${gesture}, ${view}: 50 frames/s`,
        measured: perSecond.median,
        limit: 50,
        met: perSecond.median >= 50,
        unit: '/s',
      })),
      { goal: 'open in under 1 s', measured: toOpen.median, limit: 1000, met: toOpen.median < 1000, unit: 'ms' },
      {
        goal: 'scripts that a card waits for under 350 kB gzipped',
        measured: kilobytes.first,
        limit: 350,
        met: kilobytes.first < 350,
        unit: 'kB',
      },
      {
        goal: 'all scripts under 350 kB gzipped',
        measured: kilobytes.all,
        limit: 350,
        met: kilobytes.all < 350,
        unit: 'kB',
      },
    ],
  };
};
