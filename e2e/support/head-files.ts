/** The built files that the head of a page names, each once: what a browser loads before the page can be used. */
export function filesInHead(html: string): string[] {
  const tags = html.split('</head>')[0]!.match(/<(?:link|script)\b[^>]*>/g) ?? []
  const loaded = tags.filter(tag => /rel="(?:modulepreload|stylesheet)"|^<script/.test(tag))
  return [...new Set(loaded.flatMap(tag => /(?:href|src)="(\/_nuxt\/[^"]+)"/.exec(tag)?.[1] ?? []))]
}
