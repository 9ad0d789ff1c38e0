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

/** A paragraph whose head hangs out. */
export function item(head: string, body: string): string {
  return `.TP\n${head}\n${body}`
}

/** Lines that stay as they are. */
export function example(text: string): string {
  return `.PP\n.EX\n${roff(text)}\n.EE`
}

/** The first line of a page. */
export function title(
  name: string,
  section: number,
  { version, date }: { readonly version: string; readonly date: Date },
): string {
  const day = date.toISOString().slice(0, 10)
  return `.TH ${name} ${section} ${day} "mailprofile ${version}"`
}

/** The same page in lines of 80 bytes at most, as far as words allow; examples keep theirs. */
export function folded(page: string): string {
  let isExample = false
  return page
    .split('\n')
    .map((line) => {
      if (/^\.E[XE]$/.test(line)) isExample = line === '.EX'
      return isExample || line.startsWith('.') ? line : fold(line)
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
