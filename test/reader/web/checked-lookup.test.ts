import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { Agent, fetch } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BlockedAddress, checkedLookup, type Lookup } from '../../../src/reader/web/checked-lookup.ts';

const HERE = { address: '127.0.0.1', family: 4 };
const ELSEWHERE = { address: '127.9.9.9', family: 4 };
const server = createServer((_, response) => response.end('the checked machine'));

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterAll(async () => {
  server.close();
  await once(server, 'close');
});

/** A name that changes its address each time it is asked for. */
function rebinding(...answers: (typeof HERE)[][]) {
  const asked: string[] = [];
  const lookup: Lookup = async (hostname) => {
    asked.push(hostname);
    return answers[Math.min(asked.length, answers.length) - 1] ?? [];
  };
  return { asked, lookup: checkedLookup(lookup, (address) => address === HERE.address) };
}

const address = (name: string): string => `http://${name}:${(server.address() as AddressInfo).port}/`;

async function open(lookup: ReturnType<typeof checkedLookup>): Promise<string> {
  const dispatcher = new Agent({ connect: { lookup }, pipelining: 0 });
  try {
    return await (await fetch(address('rebind.test'), { dispatcher })).text();
  } finally {
    await dispatcher.destroy();
  }
}

describe('A name that changes its address', () => {
  it('is connected to at the address that was checked, and is not resolved again for it', async () => {
    const { asked, lookup } = rebinding([HERE], [ELSEWHERE]);

    expect(await open(lookup)).toBe('the checked machine');
    expect(asked).toEqual(['rebind.test']);
  });

  it('is checked again for the next connection', async () => {
    const { asked, lookup } = rebinding([HERE], [ELSEWHERE]);
    await open(lookup);

    await expect(open(lookup)).rejects.toMatchObject({ cause: expect.any(BlockedAddress) });
    expect(asked).toHaveLength(2);
  });

  it('is refused whole when one of its addresses is forbidden', async () => {
    const { lookup } = rebinding([HERE, ELSEWHERE]);

    await expect(open(lookup)).rejects.toMatchObject({ cause: expect.any(BlockedAddress) });
  });

  it('is refused when it has no address', async () => {
    await expect(open(rebinding([]).lookup)).rejects.toMatchObject({
      cause: { message: '“rebind.test” has no address.' },
    });
  });

  it('is found as well by sockets that ask for one address, or for one kind of them', async () => {
    const { lookup } = rebinding([HERE]);
    const { port } = server.address() as AddressInfo;
    const one = connect({ host: 'rebind.test', port, lookup, autoSelectFamily: false });
    await once(one, 'connect');
    expect(one.remoteAddress).toBe(HERE.address);
    one.destroy();

    const other = connect({ host: 'rebind.test', port, lookup, family: 6 });
    const [error] = await once(other, 'error');
    expect(error).toMatchObject({ message: '“rebind.test” has no address.' });
  });
});
