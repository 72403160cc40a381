/* The API describes itself, validly, and every route of it answers to who may ask and to nobody else. */
import { Validator } from '@seriousme/openapi-schema-validator';
import { check, desk, end } from './_desk.mjs';

const place = await desk();
try {
  const answer = await fetch(`${place.base}/api/v1/openapi.json`);
  const description = await answer.json();
  check('the description is served', answer.status === 200 && description.openapi === '3.1.0');
  const verdict = await new Validator().validate(structuredClone(description));
  check('a public validator finds it valid', verdict.valid, JSON.stringify(verdict.errors, null, 1));
  const operations = Object.entries(description.paths).flatMap(([path, item]) => Object.entries(item).map(([method, operation]) => ({ path, method, operation })));
  check('it has routes', operations.length > 10, operations.length);
  check('every operation says what it does', operations.every(({ operation }) => operation.summary));
  check('no route deletes', !operations.some(({ method }) => method === 'delete'));
  for (const { path, method, operation } of operations) {
    const open = operation.security && operation.security.length === 0;
    const url = `${place.base}/api/v1${path.replace(/\{[^}]*\}/g, '1')}`;
    const stranger = await fetch(url, { method: method.toUpperCase(), redirect: 'manual', headers: { Accept: 'application/json' } });
    if (!open) check(`${method} ${path} refuses a stranger with a problem document`, stranger.status === 401 && /problem\+json/.test(stranger.headers.get('content-type')), stranger.status);
  }
} finally {
  await place.end();
}
end();
