/* _held.mjs: holds answers of the API to its description: the status is one that it names, and the document is of its shape, with no member
   that it does not name. Ajv, a public validator of JSON Schema 2020-12, reads the schemas as they are served. */
import Ajv from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

/* What a program of somebody else must bear (a member more) is drift here. */
function closed(schema) {
  if (Array.isArray(schema)) return schema.map(closed);
  if (!schema || typeof schema !== 'object') return schema;
  const result = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, closed(value)]));
  const types = [schema.type].flat();
  if (types.includes('object') && result.additionalProperties === undefined) result.additionalProperties = false;
  return result;
}

export async function held(base) {
  const description = await (await fetch(`${base}/api/v1/openapi.json`)).json();
  const components = { schemas: Object.fromEntries(Object.entries(description.components.schemas).map(([name, schema]) => [name, closed(schema)])) };
  const ajv = new Ajv({ allErrors: true, allowUnionTypes: true, inlineRefs: false });
  formats(ajv);
  ajv.addVocabulary(['components']);
  const known = new Map(), seen = new Map();
  const paths = Object.keys(description.paths).sort((a, b) => a.split('{').length - b.split('{').length)
    .map((path) => ({ path, pattern: new RegExp(`^${path.replace(/\{[^}]*\}/g, '[^/]+')}$`) }));
  const validator = (name, schema) => {
    if (!known.has(name)) known.set(name, ajv.compile({ ...closed(schema), components }));
    return known.get(name);
  };
  const resolve = (answer) => (answer?.$ref ? description.components.responses[answer.$ref.split('/').at(-1)] : answer);

  /* What is wrong with an answer, as texts. */
  function faults(method, address, { status, document, type, size }) {
    const path = paths.find(({ pattern }) => pattern.test(address.split('?')[0]))?.path, operation = description.paths[path]?.[method.toLowerCase()];
    if (!operation) return status < 400 ? [`${method} ${address} is not described`] : [];
    const described = resolve(operation.responses[status] ?? operation.responses[`${Math.floor(status / 100)}XX`]), name = `${method} ${path} ${status}`;
    if (!described) return status === 304 || status === 206 ? [] : [`${name}: this status is not described`];
    seen.set(`${method} ${path}`, (seen.get(`${method} ${path}`) ?? 0) + (status < 300));
    const content = described.content ? Object.entries(described.content) : [];
    if (!content.length) return size ? [`${name}: a document came where none is described`] : [];
    const one = content.find(([media]) => media === 'application/octet-stream' || type?.startsWith(media));
    if (!one) return [`${name}: ${type} is not described`];
    if (!one[1].schema) return [];
    const check = validator(name, one[1].schema);
    return check(document) ? [] : check.errors.slice(0, 5).map((error) => `${name}: ${error.instancePath || '/'} ${error.message} ${JSON.stringify(error.params)}`);
  }
  return { description, faults, seen };
}
