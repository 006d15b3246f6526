import type { Value } from './json.ts';
import { isFunction } from './query-functions.ts';
import { isKeyword, type Token, tokenize } from './query-lexer.ts';
import { AGGREGATES, type Comparison, type Expression, type PathExpression } from './query-tree.ts';
import { type CosmosFailure, syntaxError } from './wire.ts';

/**
 * The expressions of a query, and the condition of a patch. What is not supported is refused, never skipped.
 * "Scalar expressions", https://learn.microsoft.com/azure/cosmos-db/nosql/query/scalar-expressions
 */

const COMPARISONS: Record<string, Comparison> = {
  '=': '=',
  '!=': '!=',
  '<>': '!=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};

export class ExpressionParser {
  readonly text: string;
  private readonly tokens: Token[];
  private position = 0;

  constructor(text: string) {
    this.text = text;
    this.tokens = tokenize(text);
  }

  get current(): Token {
    return this.tokens[this.position]!;
  }

  advance(): Token {
    const token = this.current;
    if (token.kind !== 'end') this.position += 1;
    return token;
  }

  unexpected(): CosmosFailure {
    const { text, kind, start, end } = this.current;
    const near = kind === 'end' ? 'end of query' : text;
    return syntaxError(`Syntax error, incorrect syntax near '${near}'.`, start, end);
  }

  unsupported(what: string): CosmosFailure {
    const { start, end } = this.current;
    return syntaxError(`${what} is not supported by this stand-in of the service.`, start, end, 'SC9999');
  }

  isWord(word: string): boolean {
    return this.current.kind === 'word' && this.current.text.toUpperCase() === word;
  }

  isSymbol(symbol: string): boolean {
    return this.current.kind === 'symbol' && this.current.text === symbol;
  }

  takeWord(word: string): boolean {
    return this.isWord(word) ? Boolean(this.advance()) : false;
  }

  takeSymbol(symbol: string): boolean {
    return this.isSymbol(symbol) ? Boolean(this.advance()) : false;
  }

  expectWord(word: string): void {
    if (!this.takeWord(word)) throw this.unexpected();
  }

  expectSymbol(symbol: string): Token {
    if (!this.isSymbol(symbol)) throw this.unexpected();
    return this.advance();
  }

  /** A name that is no keyword. */
  expectName(): string {
    if (this.current.kind !== 'word' || isKeyword(this.current.text)) throw this.unexpected();
    return this.advance().text;
  }

  expectEnd(): void {
    if (this.current.kind !== 'end') throw this.unexpected();
  }

  expression(): Expression {
    let left = this.conjunction();
    while (this.takeWord('OR')) {
      const right = this.conjunction();
      left = { type: 'or', left, right, start: left.start, end: right.end };
    }
    return left;
  }

  private conjunction(): Expression {
    let left = this.negation();
    while (this.takeWord('AND')) {
      const right = this.negation();
      left = { type: 'and', left, right, start: left.start, end: right.end };
    }
    return left;
  }

  private negation(): Expression {
    const { start } = this.current;
    if (!this.takeWord('NOT')) return this.predicate();
    const operand = this.negation();
    return { type: 'not', operand, start, end: operand.end };
  }

  private predicate(): Expression {
    const operand = this.primary();
    const { start } = operand;
    const operator = this.current.kind === 'symbol' ? COMPARISONS[this.current.text] : undefined;
    if (operator) {
      this.advance();
      const right = this.primary();
      return { type: 'comparison', operator, left: operand, right, start, end: right.end };
    }
    const isNegated = this.takeWord('NOT');
    const found = this.membership(operand) ?? this.range(operand);
    if (!found) {
      if (this.isWord('LIKE')) throw this.unsupported('LIKE');
      if (isNegated) throw this.unexpected();
      return operand;
    }
    return isNegated ? { type: 'not', operand: found, start, end: found.end } : found;
  }

  private membership(operand: Expression): Expression | undefined {
    if (!this.takeWord('IN')) return undefined;
    this.expectSymbol('(');
    const list = this.listUntil(')');
    // "IN": a list of at least one value, https://learn.microsoft.com/azure/cosmos-db/nosql/query/in
    if (list.items.length === 0) throw this.unexpected();
    return { type: 'in', operand, list: list.items, start: operand.start, end: list.end };
  }

  private range(operand: Expression): Expression | undefined {
    if (!this.takeWord('BETWEEN')) return undefined;
    const low = this.primary();
    this.expectWord('AND');
    const high = this.primary();
    return { type: 'between', operand, low, high, start: operand.start, end: high.end };
  }

  private listUntil(closing: string): { items: Expression[]; end: number } {
    const items: Expression[] = [];
    while (!this.isSymbol(closing)) {
      items.push(this.expression());
      if (!this.isSymbol(closing)) this.expectSymbol(',');
    }
    return { items, end: this.advance().end };
  }

  private primary(): Expression {
    const operand = this.atom();
    const isOperator =
      this.current.kind === 'symbol' && /^(\+|-|\*|\/|%|\|\||\?\??|&|\||\^|~)$/.test(this.current.text);
    if (isOperator) throw this.unsupported(`The operator '${this.current.text}'`);
    return operand;
  }

  private atom(): Expression {
    const { kind, text, start, end } = this.current;
    if (kind === 'number' || kind === 'text') return this.constant(kind === 'number' ? Number(text) : text);
    if (kind === 'parameter') {
      this.advance();
      return { type: 'parameter', name: text, start, end };
    }
    if (kind === 'word') return this.word();
    if (this.takeSymbol('-')) {
      if (this.current.kind !== 'number') throw this.unsupported("The operator '-'");
      return { type: 'constant', value: -Number(this.current.text), start, end: this.advance().end };
    }
    if (this.takeSymbol('(')) return this.parenthesis(start);
    if (this.takeSymbol('[')) {
      const { items, end: close } = this.listUntil(']');
      return { type: 'array', items, start, end: close };
    }
    if (this.takeSymbol('{')) return this.object(start);
    throw this.unexpected();
  }

  private constant(value: Value): Expression {
    const { start, end } = this.advance();
    return { type: 'constant', value, start, end };
  }

  private parenthesis(start: number): Expression {
    if (this.isWord('SELECT')) throw this.unsupported('A subquery');
    const inner = this.expression();
    return { ...inner, start, end: this.expectSymbol(')').end };
  }

  private object(start: number): Expression {
    const members: [string, Expression][] = [];
    while (!this.isSymbol('}')) {
      if (this.current.kind !== 'text' && this.current.kind !== 'word') throw this.unexpected();
      const name = this.advance().text;
      this.expectSymbol(':');
      members.push([name, this.expression()]);
      if (!this.isSymbol('}')) this.expectSymbol(',');
    }
    return { type: 'object', members, start, end: this.advance().end };
  }

  private word(): Expression {
    const { text, start, end } = this.current;
    const constants: Record<string, Value> = { TRUE: true, FALSE: false, NULL: null, UNDEFINED: undefined };
    const name = text.toUpperCase();
    if (Object.hasOwn(constants, name)) return this.constant(constants[name]);
    if (name === 'EXISTS' || name === 'ARRAY' || name === 'UDF') throw this.unsupported(name);
    if (isKeyword(text)) throw this.unexpected();
    this.advance();
    if (!this.takeSymbol('(')) return this.path(text, start, end);
    if (!AGGREGATES.includes(name) && !isFunction(name)) {
      throw syntaxError(`'${text}' is not a built-in function name that is supported here.`, start, end, 'SC2005');
    }
    const { items, end: close } = this.listUntil(')');
    return { type: 'call', name, operands: items, start, end: close };
  }

  private path(root: string, start: number, rootEnd: number): PathExpression {
    const steps: (string | number)[] = [];
    let end = rootEnd;
    while (this.isSymbol('.') || this.isSymbol('[')) {
      if (this.advance().text === '.') {
        end = this.current.end;
        steps.push(this.expectName());
        continue;
      }
      const { kind, text } = this.current;
      if (kind !== 'text' && kind !== 'number') throw this.unexpected();
      this.advance();
      steps.push(kind === 'number' ? Number(text) : text);
      end = this.expectSymbol(']').end;
    }
    return { type: 'path', root, steps, start, end };
  }
}

/** The condition of a patch: "from c where c.taskNum = 3". */
export function parseCondition(text: string): { alias: string; filter: Expression | undefined } {
  const parser = new ExpressionParser(text);
  parser.expectWord('FROM');
  const alias = parser.expectName();
  const filter = parser.takeWord('WHERE') ? parser.expression() : undefined;
  parser.expectEnd();
  return { alias, filter };
}
