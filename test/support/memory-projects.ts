import { DomainError } from '../../src/domain/errors.ts';
import type { Milestone, Project } from '../../src/domain/project.ts';
import type { PeopleStore } from '../../src/ports/people.ts';
import type { MilestoneStore, NewMilestone, ProjectStore } from '../../src/ports/projects.ts';
import type { Person } from '../../src/ports/slack.ts';
import { copyOf, createTable } from './memory-table.ts';

export function memoryProjects(): {
  projects: ProjectStore;
  milestones: MilestoneStore;
  people: PeopleStore;
} {
  return { projects: projects(), milestones: milestones(), people: people() };
}

function projects(): ProjectStore {
  const table = createTable<Project>();
  const ofChannel = (teamId: string, channelId: string) =>
    table.one(teamId, (row) => row.channelId === channelId);

  return {
    findByChannel: async (teamId, channelId) => copyOf(ofChannel(teamId, channelId)),
    findById: async (ref) => copyOf(table.get(ref)),
    findMany: async (teamId, ids) =>
      table.all(teamId, (row) => ids.includes(row.id)).map((row) => copyOf(row)),
    listByChannels: async (teamId, channelIds) =>
      table
        .all(teamId, (row) => channelIds.includes(row.channelId))
        .sort((a, b) => a.name.localeCompare(b.name, 'en') || (a.id < b.id ? -1 : 1))
        .map((row) => copyOf(row)),
    async create(project) {
      const held = ofChannel(project.teamId, project.channelId);
      if (held !== null) {
        const sentence = `This channel is already the project “${held.name}”. Use /project to change it.`;
        throw new DomainError('project_exists', sentence);
      }
      const fresh = { state: 'active', archiveReason: null, cardTs: null, createdAt: new Date() } as const;
      return copyOf(table.add({ ...project, ...fresh }));
    },
    async change(ref, change) {
      const row = table.get(ref);
      return row === null ? null : copyOf(Object.assign(row, change));
    },
    async setArchived(teamId, channelId, archiveReason) {
      const row = ofChannel(teamId, channelId);
      const state = archiveReason === null ? 'active' : 'archived';
      if (row === null || row.archiveReason === 'removed') return copyOf(row);
      return copyOf(Object.assign(row, { state, archiveReason } as const));
    },
    async setRemoved(ref, removed) {
      const row = table.get(ref);
      const state = removed ? 'archived' : 'active';
      const archiveReason = removed ? 'removed' : null;
      return row === null ? null : copyOf(Object.assign(row, { state, archiveReason } as const));
    },
    list: async (teamId, after, limit) =>
      table
        .all(teamId, (row) => after === null || row.id < after)
        .sort((a, b) => (a.id < b.id ? 1 : -1))
        .slice(0, limit)
        .map((row) => copyOf(row)),
  };
}

function milestones(): MilestoneStore {
  const table = createTable<Milestone>();
  const origins = new Map<string, string>();
  const originOf = ({ teamId, origin }: NewMilestone): string => `${teamId}:${origin}`;
  const ofThread = (teamId: string, channelId: string, threadTs: string | null) =>
    threadTs === null
      ? null
      : table.one(teamId, (row) => row.channelId === channelId && row.threadTs === threadTs);
  const ofProject = (teamId: string, projectId: string) =>
    table.all(teamId, (row) => row.projectId === projectId);
  function checkFree(holder: Milestone | null): void {
    if (holder === null) return;
    const sentence = `This thread is already the milestone “${holder.title}”. Use the buttons on its card to change it.`;
    throw new DomainError('thread_is_milestone', sentence);
  }

  return {
    findByThread: async (teamId, channelId, threadTs) => copyOf(ofThread(teamId, channelId, threadTs)),
    findById: async (ref) => copyOf(table.get(ref)),
    findMany: async (teamId, ids) =>
      table.all(teamId, (row) => ids.includes(row.id)).map((row) => copyOf(row)),
    listByProject: async (teamId, projectId) =>
      ofProject(teamId, projectId)
        .sort((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1))
        .map((row) => copyOf(row)),
    async create(news) {
      const known = news.flatMap((one) => table.get({ ...one, id: origins.get(originOf(one)) ?? '' }) ?? []);
      if (known.length > 0) return known.map((one) => copyOf(one));
      for (const { teamId, channelId, threadTs } of news) checkFree(ofThread(teamId, channelId, threadTs));
      return news.map((one) => {
        const order = Math.max(0, ...ofProject(one.teamId, one.projectId).map((row) => row.order)) + 1;
        const dueOn = one.dueOn ?? null;
        const fresh = { cardTs: null, order, dueOn, state: 'open', createdAt: new Date() } as const;
        const { origin, ...rest } = one;
        const added = table.add({ ...rest, ...fresh });
        if (origin !== undefined) origins.set(originOf(one), added.id);
        return copyOf(added);
      });
    },
    async change(ref, change) {
      const row = table.get(ref);
      if (row === null) return null;
      const holder = ofThread(row.teamId, row.channelId, change.threadTs ?? null);
      if (holder !== row) checkFree(holder);
      return copyOf(Object.assign(row, change));
    },
    async remove(ref) {
      const row = table.get(ref);
      if (row !== null) table.delete(row);
    },
  };
}

function people(): PeopleStore {
  const known = new Map<string, Person>();

  return {
    findMany: async (teamId, userIds) =>
      [...new Set(userIds)].sort().flatMap((userId) => copyOf(known.get(`${teamId} ${userId}`) ?? [])),
    async keep(teamId, person) {
      known.set(`${teamId} ${person.userId}`, copyOf(person));
    },
  };
}
