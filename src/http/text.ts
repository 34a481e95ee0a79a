import { z } from 'zod';

/** Text of at most so many characters, counted as people do: an emoji is one. */
export function text(limit: number) {
  return z.string().refine((value) => value.length <= limit || Array.from(value).length <= limit, {
    message: `At most ${limit.toLocaleString('en-US')} characters.`,
  });
}
