import { z } from 'zod';

const Schema = z.record(z.string(), z.unknown());
const Content = z.object({ 'application/json': z.object({ schema: Schema }) });
const DocumentedOperation = z.object({
  operationId: z.string(),
  responses: z.record(z.string(), z.object({ content: Content })),
});
const OpenApi = z.object({
  openapi: z.literal('3.1.0'),
  paths: z.record(z.string(), z.record(z.string(), DocumentedOperation)),
  components: z.object({ schemas: z.record(z.string(), Schema) }),
});

export interface Documented {
  /** Ids of all operations in the document. */
  operations: string[];
  /** Throws unless the document knows of this reply. */
  check(method: string, path: string, reply: { status: number; body: unknown }): void;
}

/** The OpenAPI document as its readers have it: from its address, without a key. */
export async function readDocument(baseUrl: string): Promise<Documented> {
  const response = await fetch(`${baseUrl}/api/v1/openapi.json`);
  const { paths, components } = OpenApi.parse(await response.json());
  const defs = atDefs(components.schemas);
  const known = new Map<string, z.ZodType>();

  function schemaOf(template: string, method: string, status: number): z.ZodType {
    const name = `${method} ${template} ${status}`;
    const found = known.get(name);
    if (found !== undefined) return found;
    const documented = paths[template]?.[method]?.responses[status];
    if (documented === undefined) throw new Error(`${name} is not in the OpenAPI document.`);
    const made = z.fromJSONSchema({ ...atDefs(documented.content['application/json'].schema), $defs: defs });
    known.set(name, made);
    return made;
  }

  return {
    operations: Object.values(paths).flatMap((path) => Object.values(path).map((one) => one.operationId)),
    check(method, path, { status, body }) {
      const template = templateOf(Object.keys(paths), path);
      // What has no address or no such method in the document has no documented reply.
      if (template === undefined || status === 405) return;
      const parsed = schemaOf(template, method.toLowerCase(), status).safeParse(body);
      if (!parsed.success) throw new Error(`${method} ${path} ${status}: ${parsed.error.message}`);
    },
  };
}

function templateOf(templates: string[], path: string): string | undefined {
  const parts = (path.split('?')[0] ?? '').split('/');
  const fits = (template: string): boolean => {
    const own = template.split('/');
    return own.length === parts.length && own.every((part, at) => part.startsWith('{') || part === parts[at]);
  };
  return templates.find((one) => one === parts.join('/')) ?? templates.find(fits);
}

/** References within the document as references within one schema. */
function atDefs<T>(schema: T): T {
  return JSON.parse(JSON.stringify(schema).replaceAll('#/components/schemas/', '#/$defs/'));
}
