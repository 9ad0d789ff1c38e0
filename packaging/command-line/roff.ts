/** Text of a manual page: nothing in it is a request or an escape. */
export function roff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^(?=[.'])/gm, '\\&')
}

export function bold(text: string): string {
  return `\\fB${roff(text)}\\fR`
}

export function italic(text: string): string {
  return `\\fI${roff(text)}\\fR`
}

/** Words of the documentation: code and emphasis become bold, links their words. */
export function ofMarkdown(text: string): string {
  return text
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .split(/(`[^`]+`|\*\*[^*]+\*\*)/)
    .map((part) => {
      const [, code, strong] = /^(?:`([^`]+)`|\*\*([^*]+)\*\*)$/.exec(part) ?? []
      const marked = code ?? strong
      return marked === undefined ? roff(part) : bold(marked)
    })
    .join('')
}

/** A paragraph whose heads hang out, each on a line of its own. */
export function item(heads: readonly string[], body: string): string {
  return `.TP\n${heads.join('\n.TQ\n')}\n${body}`
}

/** Lines that stay as they are. */
export function example(text: string): string {
  return `.PP\n.EX\n${roff(text)}\n.EE\n${NO_HYPHENS}`
}

// A name that is taken apart at the end of a line is copied with a hyphen in it. Groff's `.EE` begins it anew.
const NO_HYPHENS = '.nh'

/** How a page begins. */
export function title(
  name: string,
  section: number,
  { version, date }: { readonly version: string; readonly date: Date },
): string {
  const day = date.toISOString().slice(0, 10)
  return `.TH ${name} ${section} ${day} "mailprofile ${version}"\n${NO_HYPHENS}\n.ad l`
}

/** The same page in lines of 80 bytes at most, as far as words allow; examples and heads keep theirs. */
export function folded(page: string): string {
  let isExample = false
  return page
    .split('\n')
    .map((line, index, lines) => {
      if (/^\.E[XE]$/.test(line)) isExample = line === '.EX'
      const isHead = /^\.T[PQ]$/.test(lines[index - 1] ?? '')
      return isExample || isHead || line.startsWith('.') ? line : fold(line)
    })
    .join('\n')
}

function fold(line: string): string {
  const lines: string[] = []
  let current = ''
  for (const word of line.split(' ')) {
    const longer = current === '' ? word : `${current} ${word}`
    if (current !== '' && widthOf(longer) > 80) {
      lines.push(current)
      // At the start of a line, these would begin a request.
      current = word.replace(/^(?=[.'])/, '\\&')
    } else {
      current = longer
    }
  }
  return [...lines, current].join('\n')
}

// Formatters write other characters as escapes, \[u2019], before they count.
function widthOf(line: string): number {
  return line.replace(/[^ -~]/g, '\\[u0000]').length
}
