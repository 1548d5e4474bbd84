import { createServer } from 'node:http';
import { z } from 'zod';

const alertSchema = z.object({
  status: z.enum(['firing', 'resolved']),
  labels: z.record(z.string(), z.string()),
  annotations: z.record(z.string(), z.string()),
});

const messageSchema = z.object({
  status: z.enum(['firing', 'resolved']),
  receiver: z.string(),
  groupLabels: z.record(z.string(), z.string()),
  alerts: z.array(alertSchema),
});

/** One message as Alertmanager sends it to a webhook. */
export type Message = z.infer<typeof messageSchema>;

/** A substitute for a chat or ticket system that stores the messages it receives. */
export interface WebhookReceiver {
  readonly url: string;
  /** Returns all messages so far, oldest first. */
  messages(): readonly Message[];
  /**
   * Resolves with the first matching message, including earlier ones but not the first `after`. On a timeout, rejects with the messages
   * that did arrive.
   */
  next(fits: (message: Message) => boolean, timeoutMs: number, after?: number): Promise<Message>;
  close(): Promise<void>;
}

interface Waiter {
  readonly fits: (message: Message) => boolean;
  readonly resolve: (message: Message) => void;
}

/** Starts a receiver on a free port of loopback. */
export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const messages: Message[] = [];
  const waiters = new Set<Waiter>();
  const take = (text: string): void => {
    const message = messageSchema.parse(JSON.parse(text));
    messages.push(message);
    for (const waiter of waiters) if (waiter.fits(message)) waiter.resolve(message);
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      take(Buffer.concat(chunks).toString());
      response.end();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = z.object({ port: z.number() }).parse(server.address());
  return {
    url: `http://127.0.0.1:${port}/`,
    messages: () => messages,
    async next(fits, timeoutMs, after = 0) {
      const already = messages.slice(after).find((message) => fits(message));
      return already ?? wait(waiters, fits, timeoutMs, () => messages);
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

async function wait(
  waiters: Set<Waiter>,
  fits: Waiter['fits'],
  timeoutMs: number,
  messages: () => readonly Message[],
): Promise<Message> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      waiters.delete(waiter);
      reject(new Error(`no such message within ${timeoutMs} ms; these came:\n${JSON.stringify(messages(), null, 1)}`));
    }, timeoutMs);
    const waiter: Waiter = {
      fits,
      resolve(message) {
        clearTimeout(timer);
        waiters.delete(waiter);
        resolve(message);
      },
    };
    waiters.add(waiter);
  });
}
