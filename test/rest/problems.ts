import { expect } from '@jest/globals';
import { ERRORS, type ErrorCode, type Problem, problem } from '../../api/contract/errors.ts';

/** The error that a response is, after making sure that it is one as the contract says, whatever its code. */
export async function problemOf(response: Response): Promise<Problem> {
  const text = await response.text();
  expect({ text, type: response.headers.get('Content-Type') }).toEqual({
    text,
    type: 'application/problem+json; charset=utf-8',
  });
  const body = problem.strict().parse(JSON.parse(text));
  const { status, title } = ERRORS[body.code];
  expect(response.status).toBe(status);
  expect(body).toMatchObject({ type: 'about:blank', title, status, statusCode: status, error: true });
  expect(body.detail).not.toBe('');
  expect(body.message).toBe(body.detail);
  expect(body.requestId).toBe(response.headers.get('X-Request-Id'));
  expect(body.requestId).toMatch(/^[\w.-]+$/);
  return body;
}

/** As `problemOf`, and it is this one. */
export async function expectProblem(response: Response, code: ErrorCode): Promise<Problem> {
  const body = await problemOf(response);
  expect(body).toMatchObject({ code });
  return body;
}
