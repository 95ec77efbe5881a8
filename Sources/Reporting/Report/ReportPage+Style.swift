extension ReportPage {
  /// The style sheet of the page, for screens from 320 px and for A4.
  static let style = #"""
    :root{--ink:#1b1f24;--muted:#57606a;--rule:#d8dee4;--ground:#ffffff;--panel:#f6f8fa;--link:#0860a8;--good:#00704f;--bad:#a94400}
    @media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--muted:#9aa4af;--rule:#39424d;--ground:#14181d;--panel:#1b2027;--link:#7cc0f5;--good:#3fc79a;--bad:#f0975a}}
    *{box-sizing:border-box}
    html{-webkit-text-size-adjust:100%}
    body{margin:0 auto;max-width:76rem;padding:1rem;background:var(--ground);color:var(--ink);
    font:1rem/1.5 system-ui,-apple-system,"Segoe UI","Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere}
    h1{font-size:1.6rem;line-height:1.25;margin:.5rem 0 1rem}
    h2{font-size:1.25rem;line-height:1.3;margin:0}
    h3{font-size:1rem;margin:1.2rem 0 .4rem}
    a{color:var(--link)}
    nav ul{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;list-style:none;margin:1rem 0;padding:0}
    li{margin:.35rem 0;max-width:52rem}
    small,.data,figcaption,footer{color:var(--muted);font-size:.82rem}
    .findings,.limitations{background:var(--panel);border:1px solid var(--rule);border-radius:.5rem;padding:.6rem 1.1rem .5rem;margin:1.2rem 0}
    .findings ul,.limitations ul,details>ul{padding-left:1.2rem}
    .verdicts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,22rem),1fr));gap:1rem}
    .card{border:1px solid var(--rule);border-left:.4rem solid var(--muted);border-radius:.5rem;background:var(--panel);padding:.7rem 1.1rem;max-width:40rem}
    .card.better{border-left-color:var(--good)}
    .card.worse{border-left-color:var(--bad)}
    .number-large{font-size:2rem;line-height:1.2;font-weight:650;margin:0;font-variant-numeric:tabular-nums}
    .outcome{margin:.1rem 0 .5rem}
    .card.better b{color:var(--good)}
    .card.worse b{color:var(--bad)}
    .card dl{margin:.3rem 0}
    details.section{border-top:1px solid var(--rule);margin:1.2rem 0 0;padding:.8rem 0 0}
    details.part{margin:.8rem 0 .8rem .1rem;padding-left:.8rem;border-left:2px solid var(--rule)}
    summary{cursor:pointer}
    summary h2,summary h3{display:inline;margin:0}
    :target{scroll-margin-top:1rem}
    dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,18rem),1fr));gap:.1rem 1.5rem;margin:.8rem 0}
    dl div{display:flex;gap:.6rem;justify-content:space-between;border-bottom:1px solid var(--rule);padding:.15rem 0}
    dt{color:var(--muted);flex:none}
    dd{margin:0;text-align:right;min-width:0}
    dl .wide{grid-column:1/-1;justify-content:flex-start;flex-wrap:wrap}
    dl .wide dd{text-align:left}
    .charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:1rem;align-items:start;margin:1rem 0}
    .chart{border:1px solid var(--rule);border-radius:.5rem;padding:.4rem;max-width:40rem;min-width:0}
    .chart.panels{max-width:none;grid-column:1/-1}
    .chart h3{margin:.3rem .4rem}
    .chart .data{padding:0 .4rem}
    .grid{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,16rem),1fr));gap:.3rem;align-items:end}
    .lead .chart{max-width:46rem}
    .lead .chart.panels{max-width:none}
    figure{margin:0;min-width:0}
    .chart svg{display:block;width:100%;height:auto}
    .key[role=button]{cursor:pointer}
    .key.off{opacity:.35}
    .off:not(.key){display:none}
    .pictures{display:grid;grid-template-columns:repeat(auto-fill,minmax(7rem,1fr));gap:.9rem}
    .pictures.wide{grid-template-columns:repeat(auto-fill,minmax(min(100%,19.5rem),1fr))}
    .views{display:flex;gap:.3rem}
    .view{width:96px;font-size:.75rem;line-height:1.25;color:var(--muted)}
    .pictures img{display:block;width:96px;height:96px;border-radius:.3rem;background:var(--panel)}
    .filter{font:inherit;font-size:.88rem;color:inherit;background:var(--ground);border:1px solid var(--rule);border-radius:.3rem;padding:.2rem .5rem;margin:.2rem 0 .6rem;width:17rem;max-width:100%}
    .scroll{overflow-x:auto;border:1px solid var(--rule);border-radius:.4rem;width:fit-content;max-width:100%}
    .long{max-height:26rem;overflow-y:auto}
    .table{margin:1rem 0;min-width:0}
    .verdicts .table{margin:0;grid-column:1/-1}
    .verdicts .scroll,.verdicts table{width:100%}
    .data{margin:.3rem 0}
    table{border-collapse:collapse;width:max-content;font-size:.88rem;overflow-wrap:normal}
    th,td{text-align:left;padding:.28rem .7rem;border-bottom:1px solid var(--rule);vertical-align:top;max-width:28rem}
    th{position:sticky;top:0;background:var(--panel);vertical-align:bottom}
    .number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
    th button{font:inherit;font-weight:600;color:inherit;background:none;border:0;padding:0;cursor:pointer;text-align:inherit}
    th button::after{content:"";display:inline-block;width:1em;color:var(--muted)}
    th[aria-sort=ascending] button::after{content:"▲"}
    th[aria-sort=descending] button::after{content:"▼"}
    tbody tr:last-child td{border-bottom:0}
    footer{margin:2.5rem 0 1rem;border-top:1px solid var(--rule);padding-top:.6rem}
    @media (max-width:30rem){body{padding:.7rem}dl div{gap:.4rem}}
    @page{size:A4;margin:14mm}
    @media print{:root{--ink:#000;--muted:#444;--rule:#bbb;--ground:#fff;--panel:#fff;--link:#000;--good:#000;--bad:#000}
    body{max-width:none;padding:0;font-size:9.5pt}nav,.table .data,.chart .data a,.filter,th button::after{display:none}
    .scroll,.long{max-height:none;overflow:visible;width:auto;border:0}
    table{width:100%;font-size:7.5pt;overflow-wrap:break-word}table.broad{font-size:6.5pt;overflow-wrap:anywhere}table.broad .number{overflow-wrap:normal}table.vast .number{overflow-wrap:anywhere}th,td{padding:.15rem .3rem;max-width:none}
    .number{white-space:normal}th{position:static}
    .charts{grid-template-columns:1fr 1fr}.chart{max-width:none}.lead .charts{grid-template-columns:1fr}.lead .chart{max-width:120mm}
    .lead .chart.panels{max-width:none}.grid{grid-template-columns:repeat(3,1fr)}
    .pictures{grid-template-columns:repeat(8,1fr);gap:.4rem}.pictures.wide{grid-template-columns:repeat(3,1fr)}.pictures img{width:18mm;height:18mm}.view{width:18mm}
    .chart,.card,.pictures figure,tr,li{break-inside:avoid}h2,h3,summary{break-after:avoid}
    a{text-decoration:none}}
    """#
}
