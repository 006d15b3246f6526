import { z } from 'zod';
import { ERRORS, type ErrorCode, problem } from './errors.ts';
import { errorsOf, type Operation } from './operation.ts';
import { OPERATIONS } from './operations.ts';
import { PERSONAL } from './people.ts';
import { BASE_PATH, SUCCESS } from './wire.ts';

type Json = Record<string, unknown>;

/** The OpenAPI 3.1 document of the operations table, for a server at this address. */
export function openApiDocument(serverUrl: string, name: string): Json {
  const schemas: Json = {};
  const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Json => {
    const { $defs, $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json;
    Object.assign(schemas, $defs);
    return rest;
  };
  const paths: Record<string, Json> = {};
  for (const [id, operation] of Object.entries<Operation>({ ...OPERATIONS, ...PERSONAL })) {
    for (const [index, { method, path }] of [operation, ...(operation.also ?? [])].entries()) {
      const isPersonal = id in PERSONAL;
      const described = describeOperation(operation, { method, path, serverUrl, isPersonal }, schemaOf);
      const operationId = index === 0 ? id : `${id}By${index + 1}`;
      paths[BASE_PATH + path] = {
        ...paths[BASE_PATH + path],
        [method.toLowerCase()]: { operationId, ...described, ...(isPersonal && { security: [{ person: [] }] }) },
      };
    }
  }
  const document = {
    openapi: '3.1.0',
    info: {
      title: `${name}: Ticketing as a Service`,
      version: '1',
      description:
        'Each instance is the help desk of one Teams channel and has a primary and a secondary key, which travel as ' +
        '`?key=`. At most 100 requests in any 60 seconds per instance. Send an `Idempotency-Key` with what you may ' +
        'have to repeat, and `If-Match` with what must not overwrite the changes of others. Somebody who signed in with ' +
        'Entra ID sends their access token instead, and finds the same operations below `/instances/{instanceId}`.',
    },
    servers: [{ url: serverUrl }],
    security: [{ key: [] }, { header: [] }, { bearer: [] }],
    tags: [...new Set(Object.values<Operation>({ ...OPERATIONS, ...PERSONAL }).map(({ path }) => tagOf(path)))].map(
      (tag) => ({ name: tag }),
    ),
    paths,
    components: {
      securitySchemes: {
        key: { type: 'apiKey', in: 'query', name: 'key' },
        header: { type: 'apiKey', in: 'header', name: 'X-Api-Key' },
        bearer: { type: 'http', scheme: 'bearer', description: 'The key' },
        person: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'An access token of Entra ID' },
      },
      schemas: { Problem: schemaOf(problem, 'output'), ...schemas },
    },
  };
  return JSON.parse(JSON.stringify(document).replaceAll('#/$defs/', '#/components/schemas/'));
}

const tagOf = (path: string): string => path.split('/')[1]!;

type SchemaOf = (schema: z.ZodType, io: 'input' | 'output') => Json;
interface Address {
  method: string;
  path: string;
  serverUrl: string;
  /** Signed in only, above all instances. */
  isPersonal: boolean;
}

function describeOperation(operation: Operation, address: Address, schemaOf: SchemaOf): Json {
  const { query, headers = {}, body } = operation;
  const names = [...address.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!);
  const parameter =
    (place: string) =>
    ([name, schema]: [string, z.core.$ZodType]) => {
      const { description, ...rest } = schemaOf(schema as z.ZodType, 'input');
      return { name, in: place, ...(description !== undefined && { description }), schema: rest };
    };
  const codes = [...errorsOf(operation)];
  const content = body && {
    'application/json': {
      schema: schemaOf(z.object(body), 'input'),
      ...(operation.example?.body !== undefined && { example: operation.example.body }),
    },
    ...(operation.multipart && { 'multipart/form-data': { schema: MULTIPART } }),
  };
  return {
    tags: [tagOf(operation.path)],
    summary: operation.summary,
    description: [operation.description, ACCESS[operation.access], curlOf(operation, address)]
      .filter(Boolean)
      .join('\n\n'),
    parameters: [
      ...names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
      ...Object.entries(query).map(parameter('query')),
      ...Object.entries(headers).map(parameter('header')),
    ],
    ...(content && { requestBody: { required: true, content } }),
    responses: { [operation.status]: answerOf(operation, schemaOf), ...problemsOf(codes) },
  };
}

const ACCESS = { read: '', 'take part': '', work: '', administer: 'Needs an administrative key.' };

const MULTIPART = {
  type: 'object',
  properties: {
    files: { type: 'array', items: { type: 'string', format: 'binary' } },
    comment: { type: 'string' },
    comment_HTML: { type: 'string' },
    isPrivate: { type: 'boolean' },
    user: { type: 'string', description: 'JSON text of {"id","name","email"}' },
  },
};

/** A line to paste, which works once the key is filled in. */
function curlOf(operation: Operation, { method, path, serverUrl, isPersonal }: Address): string {
  const filled = path
    .replace('{ticketId}', '1')
    .replace('{slot}', 'secondary')
    .replace('{collection}', 'tickets')
    .replace('{by}', 'assignee');
  const query = operation.example?.query ? `&${operation.example.query}` : '';
  const parts = [
    `curl ${method === 'GET' ? '' : `-X ${method} `}"${serverUrl}${BASE_PATH}${filled}${isPersonal ? '' : `?key=YOUR_KEY${query}`}"`,
  ];
  if (isPersonal) parts.push('-H "Authorization: Bearer YOUR_TOKEN"');
  if (operation.example?.body !== undefined) {
    parts.push(`-H "Content-Type: application/json"`, `-d '${JSON.stringify(operation.example.body)}'`);
  }
  return `\`\`\`sh\n${parts.join(' \\\n  ')}\n\`\`\``;
}

function answerOf({ answer, files = [] }: Operation, schemaOf: SchemaOf): Json {
  if (answer.kind === 'none') return { description: 'Done' };
  const contentOf = (types: string[]) =>
    Object.fromEntries(types.map((type) => [type, { schema: { type: 'string' } }]));
  if (answer.kind === 'stream') return { description: 'The stream', content: contentOf(answer.types) };
  // Bytes have no schema (OpenAPI 3.1, "Considerations for Binary Data").
  const bytesOf = (types: string[]) => Object.fromEntries(types.map((type) => [type, {}]));
  if (answer.kind === 'bytes') return { description: 'The bytes', content: bytesOf(answer.types) };
  const envelope = { error: z.literal(false), message: z.literal(SUCCESS) };
  const schema =
    answer.kind === 'item'
      ? z.object({ item: answer.of, ...envelope })
      : z.object({
          items: z.array(answer.of),
          itemCount: z.int(),
          continuationToken: z.string().optional(),
          ...envelope,
        });
  const content = { 'application/json': { schema: schemaOf(schema, 'output') }, ...contentOf(files) };
  return { description: 'Done', content };
}

/** The errors by status; several codes can share one. */
function problemsOf(codes: ErrorCode[]): Json {
  const responses: Json = {};
  for (const { status } of codes.map((code) => ERRORS[code])) {
    const sharing = [...new Set(codes.filter((code) => ERRORS[code].status === status))];
    responses[status] = {
      description: sharing.map((code) => `\`${code}\`: ${ERRORS[code].title}`).join('; '),
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    };
  }
  return responses;
}
