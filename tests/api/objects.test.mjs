// A file of the store that nothing names is taken away; so what can name one must be known.
import test from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, sql } from './client.mjs';

test('before a file is taken away, every column that can name it is asked', () => {
  const columns = sql(`SELECT CONCAT(table_name, '.', column_name) FROM information_schema.key_column_usage
    WHERE table_schema = DATABASE() AND referenced_table_name = 'object'`).split('\n');
  assert.ok(columns.length >= 7, columns.join());
  const source = readFileSync(join(ROOT, 'backend/domain/document/object.c'), 'utf8');
  const asked = source.slice(source.indexOf('#define UNNAMED'), source.indexOf('#define UNUSED'));
  for (const column of columns) {
    const [table, name] = column.split('.');
    const alias = asked.match(new RegExp(`(?:FROM|JOIN) ${table} (\\w+)`))?.[1];
    assert.ok(alias && asked.includes(`${alias}.${name} = x.sha256`), column);
  }
});
