/** A headless Chromium that a test drives by the Chrome DevTools Protocol, over pipes: it has no port. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { vi } from 'vitest';

interface Message {
  id?: number;
  method?: string;
  params?: Record<string, unknown>;
  result?: Record<string, unknown>;
  error?: { message: string };
}

const words = [
  ...['--headless=new', '--remote-debugging-pipe', '--no-first-run', '--disable-gpu'],
  ...['--disable-dev-shm-usage', '--disable-background-networking', '--hide-scrollbars'],
  // Chromium refuses root without it; it shows nothing but the page of this test.
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
];

/** One page in a browser of its own. */
export class Chromium implements AsyncDisposable {
  /** What the page complained of: errors, refused scripts, dialogs. */
  readonly complaints: string[] = [];
  readonly #waiting = new Map<number, (message: Message) => void>();
  #session: string | undefined;
  #text = '';
  #last = 0;

  private constructor(
    private readonly browser: ChildProcess,
    private readonly folder: string,
  ) {
    const [, , , , from] = browser.stdio;
    (from as Readable).setEncoding('utf8').on('data', (text: string) => this.#take(text));
  }

  /** Opens a page of this size. */
  static async open(url: string, width: number, height: number): Promise<Chromium> {
    const folder = await mkdtemp(join(tmpdir(), 'levitate-chromium-'));
    const about = [`--user-data-dir=${folder}`, `--window-size=${width},${height}`, 'about:blank'];
    const stdio = ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] as const;
    const page = new Chromium(
      spawn('chromium', [...words, ...about], { stdio: [...stdio] }),
      folder,
    );
    const { targetId } = await page.ask('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await page.ask('Target.attachToTarget', { targetId, flatten: true });
    page.#session = String(sessionId);
    for (const domain of ['Page', 'Runtime', 'Log']) await page.ask(`${domain}.enable`);
    await page.resize(width, height);
    await page.ask('Page.navigate', { url });
    return page;
  }

  /** Gives a command of the protocol, and its answer. */
  async ask(method: string, params: object = {}): Promise<Record<string, unknown>> {
    const id = (this.#last += 1);
    const session = this.#session === undefined ? {} : { sessionId: this.#session };
    const [, , , to] = this.browser.stdio;
    (to as Writable).write(`${JSON.stringify({ id, method, params, ...session })}\0`);
    const message = await new Promise<Message>((resolve) => this.#waiting.set(id, resolve));
    if (message.error) throw new Error(`${method}: ${message.error.message}`);
    return message.result ?? {};
  }

  /** What an expression is in the page. */
  async value<T>(expression: string): Promise<T> {
    const asked = { expression, returnByValue: true, awaitPromise: true };
    const { result, exceptionDetails } = (await this.ask('Runtime.evaluate', asked)) as {
      result: { value: T };
      exceptionDetails?: { text: string };
    };
    if (exceptionDetails) throw new Error(`${expression}: ${exceptionDetails.text}`);
    return result.value;
  }

  /** Waits until an expression is true in the page. */
  async until(expression: string): Promise<void> {
    await vi.waitUntil(() => this.value<boolean>(`Boolean(${expression})`), {
      ...{ timeout: 120_000, interval: 250 },
    });
  }

  /** Presses a key, such as Tab. */
  async press(key: string, text?: string): Promise<void> {
    const codes: Record<string, number> = { Tab: 9, Enter: 13, ArrowRight: 39, ' ': 32 };
    const about = { key, code: key, windowsVirtualKeyCode: codes[key] ?? 0 };
    await this.ask('Input.dispatchKeyEvent', {
      ...{ type: text === undefined ? 'rawKeyDown' : 'keyDown', ...about },
      ...(text === undefined ? {} : { text }),
    });
    await this.ask('Input.dispatchKeyEvent', { type: 'keyUp', ...about });
  }

  /** Has the page take another size. */
  resize(width: number, height: number): Promise<unknown> {
    const metrics = { width, height, deviceScaleFactor: 1, mobile: false };
    return this.ask('Emulation.setDeviceMetricsOverride', metrics);
  }

  /** Shows it as somebody sees it who wants dark pages, or light ones. */
  prefer(scheme: 'dark' | 'light'): Promise<unknown> {
    const features = [{ name: 'prefers-color-scheme', value: scheme }];
    return this.ask('Emulation.setEmulatedMedia', { features });
  }

  /** Takes a picture of what is seen. */
  async picture(file: string): Promise<void> {
    const { data } = await this.ask('Page.captureScreenshot', { format: 'png' });
    await writeFile(file, Buffer.from(String(data), 'base64'));
  }

  /** What a screen reader gets: the role and the name of each thing, in order. */
  async accessible(): Promise<{ role: string; name: string }[]> {
    const { nodes } = (await this.ask('Accessibility.getFullAXTree')) as {
      nodes: { ignored: boolean; role?: { value: string }; name?: { value: string } }[];
    };
    return nodes
      .filter(({ ignored }) => !ignored)
      .map(({ role, name }) => ({ role: role?.value ?? '', name: name?.value ?? '' }));
  }

  #take(text: string): void {
    const messages = (this.#text + text).split('\0');
    this.#text = messages.pop() ?? '';
    for (const one of messages) {
      const message = JSON.parse(one) as Message;
      if (message.id !== undefined) this.#waiting.get(message.id)?.(message);
      const complains = /exceptionThrown|entryAdded|javascriptDialogOpening/;
      if (complains.test(message.method ?? '')) this.complaints.push(JSON.stringify(message));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.browser, 'close');
    this.browser.kill('SIGKILL');
    await ended;
    await rm(this.folder, { recursive: true, force: true, maxRetries: 10 });
  }
}
