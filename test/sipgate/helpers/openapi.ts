import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv, { type ValidateFunction } from 'ajv';
import type { Seen } from './api-server';

type Schema = Record<string, unknown>;

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Schema;
}

interface Operation {
  readonly parameters?: Parameter[];
  readonly requestBody?: { readonly content: Record<string, { readonly schema: Schema }> };
}

interface Specification {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, Schema> };
}

const FILE = join(__dirname, '../../fixtures/sipgate-openapi.json');

/** Says what is wrong with a request in the eyes of the specification. */
export type Checker = (seen: Seen) => string[];

/** @param tolerated body fields that the specification does not know, but the platform does */
export function requestChecker(tolerated: readonly string[] = []): Checker {
  const specification = JSON.parse(readFileSync(FILE, 'utf8')) as Specification;
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  const compile = (schema: Schema) =>
    ajv.compile({
      ...closed(schema, tolerated),
      components: { schemas: closedAll(specification, tolerated) },
    });
  const compiled = new Map<Schema, ValidateFunction>();
  const check = (schema: Schema, value: unknown, name: string): string[] => {
    const validate = compiled.get(schema) ?? compile(schema);
    compiled.set(schema, validate);
    return validate(value) ? [] : [`${name}: ${ajv.errorsText(validate.errors)}`];
  };
  return (seen) => {
    const url = new URL(seen.url, 'http://host');
    const found = findOperation(specification, seen.method, url.pathname);
    if (found === undefined) return [`${seen.method} ${url.pathname} is not in the specification`];
    return [
      ...checkPath(found, check),
      ...checkQuery(found.operation, url.searchParams, check),
      ...checkBody(found.operation, seen, check),
    ];
  };
}

type Check = (schema: Schema, value: unknown, name: string) => string[];

interface Found {
  readonly operation: Operation;
  readonly values: Record<string, string>;
}

/** The template with the fewest values wins: `/users` is no `/{userId}`. */
function findOperation({ paths }: Specification, method: string, path: string): Found | undefined {
  const templates = Object.keys(paths).sort((a, b) => a.split('{').length - b.split('{').length);
  for (const template of templates) {
    const operation = paths[template]?.[method.toLowerCase()];
    const pattern = new RegExp(`^${template.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
    const match = pattern.exec(path);
    if (operation && match) return { operation, values: { ...match.groups } };
  }
  return undefined;
}

function checkPath({ operation, values }: Found, check: Check): string[] {
  return parametersOf(operation, 'path').flatMap(({ name, schema }) =>
    check(schema, typed(schema, decodeURIComponent(values[name] ?? '')), name),
  );
}

function checkQuery(operation: Operation, query: URLSearchParams, check: Check): string[] {
  const known = parametersOf(operation, 'query');
  const unknown = [...query.keys()].filter((name) => !known.some((one) => one.name === name));
  const wrong = known.flatMap(({ name, required, schema }) => {
    const values = query.getAll(name);
    if (values.length === 0) return required ? [`${name} is missing`] : [];
    return check(schema, schema.type === 'array' ? values : typed(schema, values.join()), name);
  });
  return [...unknown.map((name) => `${name} is no parameter`), ...wrong];
}

function checkBody({ requestBody }: Operation, { body, json }: Seen, check: Check): string[] {
  const schema = Object.values(requestBody?.content ?? {})[0]?.schema;
  if (schema === undefined) return body === '' ? [] : ['there must be no body'];
  return check(schema, json, 'body');
}

function parametersOf({ parameters = [] }: Operation, place: Parameter['in']): Parameter[] {
  return parameters.filter((one) => one.in === place);
}

/** A value of a URL is a text; only one that looks like the wanted type becomes it. */
function typed(schema: Schema, text: string): unknown {
  if (schema.type === 'integer' && /^-?\d+$/.test(text)) return Number(text);
  if (schema.type === 'boolean' && /^(true|false)$/.test(text)) return text === 'true';
  return text;
}

/** An object may hold the named fields only, so that a misspelt one is found. */
function closed(schema: Schema, tolerated: readonly string[]): Schema {
  if (schema.properties === undefined) return schema;
  const extra = Object.fromEntries(tolerated.map((name) => [name, {}]));
  return {
    ...schema,
    properties: { ...extra, ...(schema.properties as Schema) },
    additionalProperties: false,
  };
}

function closedAll({ components }: Specification, tolerated: readonly string[]): Record<string, Schema> {
  const entries = Object.entries(components.schemas);
  return Object.fromEntries(entries.map(([name, schema]) => [name, closed(schema, tolerated)]));
}
