import * as contract from '@bookedbarber/contract';
import { expect, test } from 'vitest';
import { contractSchemas, referToSchemas } from './document-schemas.ts';

const Id = { type: 'string', format: 'uuid', description: 'Made by the server' };
const Barber = { type: 'object', properties: { id: Id, name: { type: 'string' } } };
const Pair = { type: 'object', properties: { one: Barber, other: Barber } };
const refer = (schemas: object, paths: unknown) => referToSchemas({ paths, components: { schemas } });
const to = (name: string) => ({ $ref: `#/components/schemas/${name}` });

test('takes every schema of the contract and nothing else', () => {
  expect(contractSchemas['Booking']).toBe(contract.Booking);
  expect(contractSchemas['BookingStatus']).toBe(contract.BookingStatus);
  expect(Object.keys(contractSchemas)).not.toContain('problems');
  expect(Object.keys(contractSchemas)).not.toContain('Strict');
});

test('refers to the largest schema that fits, and to others from within it', () => {
  const { paths, components } = refer({ Pair, Id, Barber }, [{ schema: Pair }, { schema: { ...Barber } }]);
  expect(paths).toEqual([{ schema: to('Pair') }, { schema: to('Barber') }]);
  expect(components).toEqual({
    schemas: {
      Barber: { type: 'object', properties: { id: to('Id'), name: { type: 'string' } } },
      Id,
      Pair: { type: 'object', properties: { one: to('Barber'), other: to('Barber') } },
    },
  });
});

test('finds the schema of a parameter, whose description stands beside it', () => {
  const { description, ...schema } = Id;
  const parameter = { in: 'path', name: 'id', description };
  const { paths } = refer({ Id }, [
    { ...parameter, schema },
    { ...parameter, description: 'Another', schema },
  ]);
  expect(paths).toEqual([
    { ...parameter, schema: to('Id') },
    { ...parameter, description: 'Another', schema },
  ]);
});

test('removes a schema that nothing refers to', () => {
  expect(refer({ Id, Barber }, [Id])['components']).toEqual({ schemas: { Id } });
});

test('leaves a schema alone that differs from every named one', () => {
  const required = { ...Barber, required: ['id'] };
  expect(refer({ Barber }, [required])['paths']).toEqual([required]);
});

test('refuses two names for equal schemas', () => {
  expect(() => refer({ Id, Other: { ...Id } }, [])).toThrow('The schemas Id and Other are equal');
});
