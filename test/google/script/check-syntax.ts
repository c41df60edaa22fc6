import ts from 'typescript';
import type { ScriptFile } from './engine/messages.ts';

/** Cheap sign that a file may hold what is looked for below; most do not, and parsing takes a while. */
const SUSPECT = /#[A-Za-z_$]|\bstatic\s+[\w$#[]/;

/**
 * Apps Script's V8 refuses private class members and static class fields, which the V8 of Node takes.
 * @throws SyntaxError, as pushing the project to Google would fail
 */
export function checkSyntax(files: readonly ScriptFile[]): void {
  for (const { name, source } of files) {
    if (!SUSPECT.test(source)) continue;
    const tree = ts.createSourceFile(`${name}.js`, source, ts.ScriptTarget.ES2022, false, ts.ScriptKind.JS);
    const visit = (node: ts.Node): void => {
      if (ts.isPrivateIdentifier(node)) refuse(tree, node, name, 'Invalid or unexpected token');
      const isField = ts.isPropertyDeclaration(node);
      if (isField && node.modifiers?.some((modifier) => modifier.kind === ts.SyntaxKind.StaticKeyword)) {
        refuse(tree, node, name, 'Unexpected token =');
      }
      ts.forEachChild(node, visit);
    };
    visit(tree);
  }
}

function refuse(tree: ts.SourceFile, node: ts.Node, name: string, why: string): never {
  const { line } = tree.getLineAndCharacterOfPosition(node.getStart(tree));
  throw new SyntaxError(`${why} line: ${line + 1} file: ${name}.gs`);
}
