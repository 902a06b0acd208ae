/// The page's style sheet: light and dark by the reader's choice, quiet on paper.
enum HTMLStyle {
    static let text = """
        :root { color-scheme: light dark; --page: #f6f7f9; --card: #fff; --ink: #1a2129; --soft: #5a6673; --line: #dde2e8; --stripe: #f4f6f8;
          --link: #1f5fbf; --ok: #3573c9; --denied: #c9353f; --failed: #dd8a00; --cancelled: #98a2ae; --interrupted: #8a4fc0;
          --prompt: #3573c9; --completion: #12a08a; --good: #17794a; --goodback: #e5f5ec; --bad: #b3202b; --badback: #fdeaea; --warn: #8a5a00; --warnback: #fdf3dc; }
        @media (prefers-color-scheme: dark) { :root { --page: #12161b; --card: #1a2027; --ink: #e4e9ef; --soft: #9aa7b4; --line: #303944; --stripe: #1f262e;
          --link: #7fb2ff; --ok: #5a94e8; --denied: #ef6a70; --failed: #f0a93a; --cancelled: #77828f; --interrupted: #b184e3;
          --prompt: #5a94e8; --completion: #35c4ab; --good: #6fdba1; --goodback: #15311f; --bad: #ff9298; --badback: #3a1a1d; --warn: #f3c66b; --warnback: #352a12; } }
        * { box-sizing: border-box; }
        body { margin: 0 auto; padding: 32px 20px 64px; max-width: 1120px; background: var(--page); color: var(--ink);
          font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; }
        header { padding: 0 4px; }
        .brand { margin: 0; color: var(--soft); font-size: 13px; letter-spacing: .08em; text-transform: uppercase; }
        h1 { margin: 2px 0 0; font-size: 30px; line-height: 1.2; letter-spacing: -.01em; }
        .origin { margin: 6px 0 0; color: var(--soft); }
        nav { display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 18px 0 0; padding: 12px 4px 0; border-top: 1px solid var(--line); font-size: 14px; }
        a { color: var(--link); text-decoration: none; }
        a:hover, a:focus { text-decoration: underline; }
        section { margin: 20px 0 0; padding: 22px 24px 24px; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
        h2 { margin: 0 0 12px; font-size: 20px; letter-spacing: -.005em; }
        h3, caption, figcaption { margin: 22px 0 6px; font-size: 14px; font-weight: 600; text-align: left; color: var(--ink); }
        h2 + .scroll caption, h2 + .chart figcaption, h2 + h3 { margin-top: 0; }
        p { margin: 0 0 12px; max-width: 78ch; }
        section > :last-child { margin-bottom: 0; }
        .figures + .notice { margin-top: 12px; }
        .empty, .note { color: var(--soft); font-size: 14px; }
        .note { margin: 6px 0 0; }
        code, pre { font: 12.5px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
        pre { margin: 0; padding: 12px 14px; background: var(--stripe); border-radius: 6px; white-space: pre-wrap; }
        .notice { max-width: none; padding: 11px 14px; border-left: 4px solid; border-radius: 6px; font-weight: 600; }
        .notice.good { color: var(--good); background: var(--goodback); }
        .notice.bad { color: var(--bad); background: var(--badback); }
        .notice.warning { color: var(--warn); background: var(--warnback); }
        .figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 10px; margin: 0 0 4px; }
        .figures > div { padding: 12px 14px; background: var(--stripe); border-radius: 8px; }
        .figures dt { color: var(--soft); font-size: 13px; }
        .figures dd { margin: 2px 0 0; font-size: 24px; font-weight: 650; line-height: 1.25; font-variant-numeric: tabular-nums; }
        .figures small { display: block; color: var(--soft); font-size: 12.5px; font-weight: 400; line-height: 1.4; }
        .figures .warning dd { color: var(--warn); }
        .figures .good dd { color: var(--good); }
        .facts { display: grid; grid-template-columns: minmax(150px, max-content) 1fr; gap: 6px 20px; margin: 0 0 14px; }
        .facts dt { color: var(--soft); }
        .facts dd { margin: 0; overflow-wrap: anywhere; }
        .chart, .code { margin: 20px 0 0; }
        h2 + .chart { margin-top: 0; }
        .code { margin-bottom: 14px; }
        .legend { display: flex; flex-wrap: wrap; gap: 2px 18px; margin: 0 0 8px; padding: 0; list-style: none; color: var(--soft); font-size: 13px; }
        .legend i { display: inline-block; width: 11px; height: 11px; margin-right: 6px; border-radius: 2px; }
        .chart { overflow-x: auto; }
        svg { display: block; width: 100%; min-width: 620px; height: auto; }
        svg text { font: 12px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; fill: var(--soft); }
        svg .label { fill: var(--ink); font-size: 13px; }
        svg .value { font-size: 13px; font-variant-numeric: tabular-nums; }
        svg .end { text-anchor: end; }
        svg .middle { text-anchor: middle; }
        svg .grid { stroke: var(--line); }
        svg .axis { stroke: var(--soft); }
        svg rect { stroke: var(--card); stroke-width: .75; }
        svg g:hover rect { opacity: .8; }
        .ok { fill: var(--ok); background: var(--ok); }
        .denied { fill: var(--denied); background: var(--denied); }
        .failed { fill: var(--failed); background: var(--failed); }
        .cancelled { fill: var(--cancelled); background: var(--cancelled); }
        .interrupted { fill: var(--interrupted); background: var(--interrupted); }
        .prompt { fill: var(--prompt); background: var(--prompt); }
        .completion { fill: var(--completion); background: var(--completion); }
        .scroll { overflow-x: auto; margin-top: 6px; }
        table { width: 100%; border-collapse: collapse; font-size: 13.5px; }
        th { padding: 6px 10px; border-bottom: 1.5px solid var(--line); color: var(--soft); font-weight: 600; text-align: left; vertical-align: bottom; }
        td { padding: 5px 10px; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; overflow-wrap: anywhere; }
        tbody tr:nth-child(even) { background: var(--stripe); }
        td { min-width: 15ch; }
        th { white-space: nowrap; }
        .number { min-width: 0; text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
        th.number { min-width: 9ch; white-space: normal; }
        .time, td.code { min-width: 0; white-space: nowrap; font-variant-numeric: tabular-nums; }
        td.code code { overflow-wrap: normal; }
        .digest { min-width: 36ch; }
        .digest code { font-size: 12px; }
        @media (max-width: 640px) { body { padding: 20px 10px 40px; } section { padding: 16px 14px; } .facts { grid-template-columns: 1fr; gap: 0; } .facts dd { margin-bottom: 8px; } }
        @media print { :root { --page: #fff; --card: #fff; --stripe: #f7f7f7; } body { max-width: none; padding: 0; font-size: 11px; } nav { display: none; } header, .figures { margin-bottom: 12px; }
          .figures { grid-template-columns: repeat(6, 1fr); gap: 6px; } .figures > div { padding: 6px 8px; } .figures dd { font-size: 16px; } .figures dt, .figures small { font-size: 9.5px; }
          code, pre, .digest code { font-size: 9px; } .notice, p { max-width: none; }
          section { margin: 0 0 14px; padding: 0; border: 0; } table { font-size: 10px; } tr, figure, .figures, .notice { break-inside: avoid; }
          h2, h3, caption { break-after: avoid; } thead { display: table-header-group; } .scroll, .chart { overflow: visible; } svg { min-width: 0; }
          * { -webkit-print-color-adjust: exact; print-color-adjust: exact; } }

        """
}
