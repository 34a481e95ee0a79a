import { z } from 'zod';
import { InvalidRequest } from './errors.ts';
import type { ApiServices, Call } from './services.ts';

type Shape = z.ZodRawShape;
type Values<S extends Shape> = z.output<z.ZodObject<S>>;

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** What a client sends, before it is checked. */
export interface RawInput {
  params: unknown;
  query: unknown;
  body: unknown;
}

/** One thing that can be done, as routes, the OpenAPI document and the MCP tools know it. */
export interface Operation {
  /** Snake case: the name of its MCP tool, and its operationId. */
  name: string;
  method: Method;
  /** Under the base path, with parameters in braces. */
  path: string;
  tag: string;
  summary: string;
  description: string;
  params: z.ZodObject;
  query: z.ZodObject;
  /** Null: it takes no body. */
  body: z.ZodObject | null;
  response: z.ZodObject;
  /** It has pages of the web opened, at addresses that the caller names. */
  opensPages: boolean;
  /** Of its replies; the first is what is made new, if there are two. */
  statuses: number[];
  /** Checks the input and does it. @throws InvalidRequest, DomainError */
  invoke(services: ApiServices, call: Call, raw: RawInput): Promise<{ status: number; body: unknown }>;
}

interface Described<P extends Shape, Q extends Shape, B extends Shape, R extends z.ZodObject> {
  name: string;
  method: Method;
  path: string;
  tag: string;
  summary: string;
  description: string;
  params?: P;
  query?: Q;
  body?: B;
  response: R;
  opensPages?: boolean;
}

type Input<P extends Shape, Q extends Shape, B extends Shape> = Values<P> & Values<Q> & Values<B>;
type None = Record<never, never>;

/** An operation that always replies with one status, 200 unless `status` says otherwise. */
export function defineOperation<
  R extends z.ZodObject,
  P extends Shape = None,
  Q extends Shape = None,
  B extends Shape = None,
>({
  run,
  status = 200,
  ...described
}: Described<P, Q, B, R> & {
  status?: 200 | 201;
  run(services: ApiServices, call: Call, input: Input<P, Q, B>): Promise<z.input<R>>;
}): Operation {
  return build<R, P, Q, B>(described, [status], async (services, call, input) => ({
    status,
    body: await run(services, call, input),
  }));
}

/** An operation that replies 201 with what it made, 200 with what was there. */
export function defineFindOrMake<
  R extends z.ZodObject,
  P extends Shape = None,
  Q extends Shape = None,
  B extends Shape = None,
>({
  run,
  ...described
}: Described<P, Q, B, R> & {
  run(services: ApiServices, call: Call, input: Input<P, Q, B>): Promise<{ made: boolean; body: z.input<R> }>;
}): Operation {
  return build<R, P, Q, B>(described, [201, 200], async (services, call, input) => {
    const { made, body } = await run(services, call, input);
    return { status: made ? 201 : 200, body };
  });
}

function build<R extends z.ZodObject, P extends Shape, Q extends Shape, B extends Shape>(
  { params, query, body, opensPages = false, ...rest }: Described<P, Q, B, R>,
  statuses: number[],
  run: (
    services: ApiServices,
    call: Call,
    input: Input<P, Q, B>,
  ) => Promise<{ status: number; body: z.input<R> }>,
): Operation {
  const schemas = {
    params: z.strictObject(params ?? {}),
    query: z.strictObject(query ?? {}),
    body: body === undefined ? null : z.strictObject(body),
  };
  return {
    ...rest,
    ...schemas,
    opensPages,
    statuses,
    async invoke(services, call, raw) {
      const issues: z.core.$ZodIssue[] = [];
      const checked = [
        check(schemas.params, raw.params, issues),
        check(schemas.query, raw.query, issues),
        check(schemas.body ?? z.strictObject({}), raw.body ?? {}, issues),
      ];
      if (issues.length > 0) throw InvalidRequest.from(issues);
      // The three were checked against the schemas that the type of the input is made of.
      return run(services, call, Object.assign({}, ...checked) as Input<P, Q, B>);
    },
  };
}

function check(schema: z.ZodObject, raw: unknown, issues: z.core.$ZodIssue[]): object {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  issues.push(...parsed.error.issues);
  return {};
}
