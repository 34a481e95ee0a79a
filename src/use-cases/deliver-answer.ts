import type { Answer } from '../domain/conversation.ts';
import type { TextMetadata } from '../domain/message-metadata.ts';
import type { AttachmentStore } from '../ports/attachments.ts';
import type { MessageStore } from '../ports/conversations.ts';
import type { Outgoing, Spot } from '../ports/slack.ts';
import { type DeliverOnceDeps, deliverNewest } from './deliver-once.ts';
import { forgetWhatIsGone } from './deliver-result.ts';
import type { ForgetAttachment } from './forget-derived.ts';

export interface DeliverAnswerDeps extends DeliverOnceDeps {
  messages: MessageStore;
  attachments: AttachmentStore;
  forgetAttachment: ForgetAttachment;
}

/** What makes a part of an answer one message. */
export const partKey = (answer: Answer, part: number): string => `answer:${answer.id}:${part}`;

/** Posts or updates every part; parts of a longer, earlier form are emptied. @returns the number of messages used. */
export async function deliverAnswer(
  deps: DeliverAnswerDeps,
  spot: Spot,
  answer: Answer,
  fence: number,
): Promise<number> {
  const texts = deps.slack.split(answer.text, answer.urls, answer.receipt);
  const since = answer.questionTs;
  const stamps: string[] = [];
  for (const [at, text] of texts.entries()) {
    const last = at === texts.length - 1;
    const { receipt } = answer;
    const message: Outgoing = { kind: 'answer', answerId: answer.id, text, receipt: last ? receipt : null };
    stamps.push(await deliverNewest(deps, { key: partKey(answer, at), spot, message, since, fence }));
  }
  for (let at = texts.length; at < answer.parts; at += 1) {
    await deliverNewest(deps, { key: partKey(answer, at), spot, message: { kind: 'emptied' }, since, fence });
  }
  const ts = stamps[0];
  if (ts !== undefined) await keepAnswer(deps, spot, answer, ts);
  return Math.max(texts.length, answer.parts);
}

/** The answer becomes a message of the conversation, for the next mention to see. */
async function keepAnswer(deps: DeliverAnswerDeps, spot: Spot, answer: Answer, ts: string): Promise<void> {
  const { teamId, channelId } = spot;
  const { conversationId, threadTs, text, questionEditedTs, madeFor } = answer;
  const metadata = metadataOf(answer);
  const kept = await deps.messages.keep({
    teamId,
    conversationId,
    channelId,
    threadTs: threadTs ?? ts,
    ts,
    role: 'assistant',
    userId: 'milepost',
    content: text,
    clientMsgId: null,
    settled: true,
    madeFor,
    answerTo: answer.questionTs,
    metadata,
  });
  if (kept.as !== 'new')
    await deps.messages.edit(teamId, channelId, ts, text, questionEditedTs ?? answer.questionTs, metadata);
  await forgetWhatIsGone(deps, teamId, answer.used);
}

function metadataOf({ receipt, toolCalls, used }: Answer): TextMetadata {
  const items = receipt?.items ?? [];
  const sources = items.filter((item) => item.included !== 'named').map((item) => item.attachmentId);
  return { toolCalls, sources, used, tokens: receipt?.tokens ?? null };
}
