// The tree of a text as elements. Texts are always text: there is no HTML anywhere on the way.

import { defineAsyncComponent, h, type FunctionalComponent, type VNode } from 'vue';
import { pieces } from '@/state/links';
import { mentionsOf } from '@/state/mentions';
import type { RichNode } from '@/state/rich';
import { visible } from '@/state/text';

const CodeBlock = defineAsyncComponent(() => import('./CodeBlock.vue'));
const FormulaText = defineAsyncComponent(() => import('./FormulaText.vue'));

type Shown = VNode | string;

function link(href: string, inside: Shown[]): VNode {
  return h('a', { dir: 'ltr', href, target: '_blank', rel: 'noopener noreferrer' }, inside);
}

function withMentions(text: string, name: string): Shown[] {
  const shown: Shown[] = [];
  let from = 0;
  for (const span of mentionsOf(text, name)) {
    if (span.from > from) shown.push(text.slice(from, span.from));
    shown.push(h('mark', { class: 'mention' }, text.slice(span.from, span.to)));
    from = span.to;
  }
  if (from < text.length) shown.push(text.slice(from));
  return shown;
}

/** A text as it was typed, with its addresses, and with calls of that name. */
export function plain(text: string, name: string): Shown[] {
  return pieces(text).flatMap((piece) => (piece.kind === 'link' ? [link(piece.href, [piece.text])] : withMentions(piece.text, name)));
}

function shown(node: RichNode, name: string, inLink: boolean): Shown[] {
  const inside = (children: RichNode[], linked = inLink) => children.flatMap((child) => shown(child, name, linked));
  switch (node.kind) {
    case 'text':
      return inLink ? [visible(node.text)] : plain(node.text, name);
    case 'element':
      if (node.tag === 'table') return [h('div', { class: 'wide', tabindex: 0 }, [h('table', inside(node.children))])];
      if (node.tag === 'heading') return [h('p', { class: 'heading' }, inside(node.children))];
      return [h(node.tag, node.start === undefined ? {} : { start: node.start }, inside(node.children))];
    case 'code':
      return [h('code', { dir: 'ltr' }, node.text)];
    case 'fence':
      return [h(CodeBlock, { code: node.text, language: node.language })];
    case 'formula':
      return [h(FormulaText, { tex: node.text, display: node.display })];
    case 'link': {
      const linked = link(node.href, inside(node.children, true));
      // What it says may be anything: so where it leads stands beside it.
      return node.named ? [linked, h('span', { class: 'leads', dir: 'ltr' }, ` (${new URL(node.href).host})`)] : [linked];
    }
  }
}

const RichText: FunctionalComponent<{ nodes: readonly RichNode[]; name: string }> = ({ nodes, name }) => nodes.flatMap((node) => shown(node, name, false));
RichText.props = ['nodes', 'name'];
export default RichText;
