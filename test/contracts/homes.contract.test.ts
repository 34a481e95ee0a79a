import { expect, it } from 'vitest';
import { HOME, UNKNOWN } from './builders.ts';
import { atOnce, describeStores, eventually, newTeam } from './drivers.ts';

const CHOSEN = { projectId: UNKNOWN, pages: { ready: 2, planning: 1, projects: 3, waiting: 4, facts: 5 } };
const LONG_AGO = new Date(0);

describeStores('homes', (opened) => {
  it('keep what a person chose last, and the view that was published last', async () => {
    const { homes } = opened().stores;
    const teamId = newTeam();
    expect(await homes.find(teamId, 'U1')).toBeNull();
    await homes.choose(teamId, 'U1', HOME);
    expect(await homes.find(teamId, 'U1')).toEqual({
      teamId,
      userId: 'U1',
      state: HOME,
      hash: null,
      gathered: 0,
    });
    await homes.published(teamId, 'U1', 'hash 1', 7);
    await homes.choose(teamId, 'U1', CHOSEN);
    const chosen = { teamId, userId: 'U1', state: CHOSEN, hash: 'hash 1', gathered: 7 };
    expect(await homes.find(teamId, 'U1')).toEqual(chosen);
    await homes.published(teamId, 'U1', 'hash 2', 8);
    expect(await homes.find(teamId, 'U1')).toEqual({ ...chosen, hash: 'hash 2', gathered: 8 });
    expect(await homes.find(teamId, 'U2')).toBeNull();
  });

  it('are one for a person whose first openings come at once', async () => {
    const teamId = newTeam();
    await atOnce(opened(), 20, ({ homes }) => homes.choose(teamId, 'U1', HOME));
    const { homes } = opened().stores;
    expect(await homes.openedSince(teamId, ['U1'], LONG_AGO)).toEqual(['U1']);
  });

  it('are known by who has opened theirs since', async () => {
    const { homes } = opened().stores;
    const teamId = newTeam();
    for (const userId of ['U1', 'U2', 'U3']) await homes.choose(teamId, userId, HOME);
    await homes.choose(newTeam(), 'U4', HOME);
    const people = ['U1', 'U2', 'U4', 'U9'];
    expect((await homes.openedSince(teamId, people, LONG_AGO)).sort()).toEqual(['U1', 'U2']);
    expect(await homes.openedSince(teamId, people, new Date('2999-01-01T00:00:00Z'))).toEqual([]);
    expect(await homes.openedSince(teamId, [], LONG_AGO)).toEqual([]);
    expect(await homes.isAnyOpenedSince(teamId, LONG_AGO)).toBe(true);
    expect(await homes.isAnyOpenedSince(newTeam(), LONG_AGO)).toBe(false);
    expect(await homes.isAnyOpenedSince(teamId, new Date('2999-01-01T00:00:00Z'))).toBe(false);
    const moment = await eventually(async () => {
      const now = new Date();
      return (await homes.openedSince(teamId, people, now)).length === 0 ? now : null;
    });
    await homes.choose(teamId, 'U2', HOME);
    expect(await homes.openedSince(teamId, people, moment)).toEqual(['U2']);
  });

  it('are not opened by being published', async () => {
    const { homes } = opened().stores;
    const teamId = newTeam();
    await homes.published(teamId, 'U1', 'hash 1', 7);
    expect(await homes.find(teamId, 'U1')).toBeNull();
    expect(await homes.openedSince(teamId, ['U1'], LONG_AGO)).toEqual([]);
  });
});
