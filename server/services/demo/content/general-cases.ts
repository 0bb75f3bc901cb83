import type { Case } from './case.ts'
import { done, due, met, says, todo } from './case.ts'

/** The firm's general practice: what comes in, is worked on, reviewed, filed and closed. In each column from the top. */
export const GENERAL_CASES: Case[] = [
  // Intake
  {
    column: 'intake', title: '店舗賃貸借契約の更新拒絶に関する相談', client: '株式会社みどり珈琲', area: 'REAL_PROPERTY',
    lead: null, team: ['paralegal', 'clerk'], age: 0, stage: 0, priority: 'HIGH', opposing: '神田地所株式会社', tags: ['賃貸借', '新規'],
    description: '本日午前に電話で相談。貸主から更新拒絶の通知（**年内**で終了）が届いている。正当事由の有無を確認する。\n\n- 通知書の写しを受領予定\n- 立退料の提示なし',
    deadlines: [due(5, 'INTERNAL', '初回面談', 'INTERNAL', { time: '10:30' })],
    tasks: [todo('利益相反の確認'), todo('通知書・契約書の写しを受領'), todo('面談の日程調整')],
    comments: [says('paralegal', 0, '通知書は明日メールで届く予定です。')],
  },
  {
    column: 'intake', title: 'Distribution agreement for the Japanese market', client: 'Lakeside Brewing Co.', area: 'COMMERCIAL_AND_TRADE',
    lead: 'associate', team: ['paralegal'], age: 2, stage: 2, tags: ['contract', 'cross-border'],
    description: 'Craft brewer from Vermont looks for a Japanese importer. Wants an exclusive agreement with minimum purchase quantities; asks about liquor licences and labelling.',
    deadlines: [due(3, 'REMINDER', 'Send fee estimate', 'INTERNAL')],
    tasks: [done('Conflict check'), todo('Fee estimate'), todo('Ask for the draft of the importer')],
  },
  {
    column: 'intake', title: '在留資格変更許可申請（技術・人文知識・国際業務）', client: 'Liam O\'Connor', area: 'IMMIGRATION',
    lead: 'ito', team: ['kobayashi'], age: 3, stage: 3, court: '東京出入国在留管理局', tags: ['在留資格'],
    deadlines: [due(27, 'AGENCY_RESPONSE', '現在の在留期限', 'AGENCY')],
    tasks: [todo('雇用契約書の確認'), todo('卒業証明書の翻訳')],
  },
  {
    column: 'intake', title: 'Shareholder inquiry about related-party loans', client: 'Kitano Capital Partners', area: 'CORPORATE',
    lead: 'nair', age: 5, stage: 5, opposing: 'Shirakawa Holdings K.K.', waitingOn: 'Board minutes from the client', tags: ['shareholder'],
    description: 'Client holds 4.2 % and wants to inspect the accounting books under the Companies Act, art. 433.',
    comments: [says('nair', 4, 'They will send the last three annual reports and the minutes by courier.')],
  },
  {
    column: 'intake', title: '交通事故による損害賠償の相談', client: '大野 拓也', area: 'PERSONAL_INJURY_AND_TORT',
    lead: null, team: ['kobayashi', 'clerk'], clients: ['ohno'], age: 6, stage: 6, priority: 'LOW', tags: ['交通事故'],
    tasks: [todo('交通事故証明書の取寄せ'), todo('診断書の写し')],
  },

  // Initial review
  {
    column: 'initial-review', title: '競業避止義務違反に関する警告書の検討', client: '東雲システム株式会社', area: 'LABOR_AND_EMPLOYMENT',
    lead: 'ito', team: ['partner', 'paralegal'], age: 9, stage: 4, priority: 'HIGH', opposing: '元従業員2名', tags: ['競業避止', '警告書'],
    description: '退職した技術者2名が競合会社を設立。**誓約書の有効性**（期間2年、代償措置なし）が争点となる見込み。',
    deadlines: [due(1, 'INTERNAL', '警告書の案をパートナーへ', 'INTERNAL')],
    tasks: [done('誓約書の確認'), done('就業規則の確認'), todo('裁判例の調査'), todo('警告書の起案')],
    comments: [says('ito', 3, '代償措置がない点が弱いです。期間の限定解釈で組み立てます。'), says('partner', 2, '地域の限定も検討してください。')],
  },
  {
    column: 'initial-review', title: 'Trademark clearance: HARBORLIGHT', client: 'Harborlight Hotels Ltd.', area: 'INTELLECTUAL_PROPERTY',
    lead: 'associate', team: ['kim', 'clerk'], age: 8, stage: 3, court: '特許庁', tags: ['trademark'],
    description: 'Classes 36 and 43. Two earlier marks in class 43 need a closer look; one may be unused for three years.',
    deadlines: [due(6, 'INTERNAL', 'Clearance report', 'CONTRACT')],
    tasks: [done('Search in J-PlatPat'), todo('Use evidence of earlier marks'), todo('Report')],
  },
  {
    column: 'initial-review', title: '相続財産の調査と遺産分割の方針', client: '藤田 直美', area: 'PERSONAL_AND_FAMILY',
    lead: 'takahashi', team: ['paralegal'], clients: ['client'], age: 12, stage: 7, tags: ['相続'],
    description: '被相続人は9月に死亡。相続人は3名。自宅不動産と上場株式が中心。',
    deadlines: [due(12, 'STATUTE_OF_LIMITATIONS', '相続放棄の熟慮期間満了', 'STATUTE', { extendable: true })],
    tasks: [done('戸籍の収集'), todo('預貯金の残高証明'), todo('不動産の評価証明')],
    comments: [says('paralegal', 5, '戸籍は全部揃いました。残高証明は2行が未着です。')],
  },
  {
    column: 'initial-review', title: 'Privacy review of a loyalty app', client: 'Sunrise Retail Group', area: 'INFORMATION_SECURITY',
    lead: 'nair', team: ['kim'], age: 7, stage: 5, priority: 'LOW', tags: ['privacy', 'APPI'],
    deadlines: [due(10, 'INTERNAL', 'Gap list for the client', 'CONTRACT')],
    tasks: [done('Data map'), todo('Consent flow'), todo('Transfer to the vendor in Singapore')],
  },

  // In progress
  {
    column: 'in-progress', title: '業務委託契約の解除と損害賠償請求への対応', client: '株式会社星野フーズ', area: 'COMMERCIAL_AND_TRADE',
    lead: 'associate', team: ['partner', 'paralegal', 'clerk'], age: 41, stage: 12, priority: 'URGENT', opposing: '港物流株式会社', tags: ['契約解除', '損害賠償'],
    description: '## 概要\n\n相手方は解除を争い、**3,200万円**の損害賠償を請求。解除条項（第14条2項）の催告の要否が争点。\n\n## 方針\n\n1. 催告書の到達を立証する\n2. 損害額の内訳を求める',
    deadlines: [
      due(0, 'RESPONSE', '回答書の送付', 'CONTRACT', { time: '17:00' }), due(8, 'SETTLEMENT', '協議の期日', 'CONTRACT', { time: '14:00' }),
      met(-15, 'INTERNAL', '事実関係の整理', 'INTERNAL'),
    ],
    tasks: [done('配達証明の確認'), done('担当者の聴取り'), todo('回答書の最終確認'), todo('内容証明で発送')],
    comments: [
      says('associate', 6, '催告書の配達証明が見つかりました。到達は8月3日です。'), says('partner', 5, '助かります。回答書では到達日を明記してください。'),
      says('paralegal', 1, '回答書の案に日付と別紙番号を入れました。ご確認ください。'),
    ],
  },
  {
    column: 'in-progress', title: 'Patent licence negotiation: battery cooling plates', client: 'Voltaic Motion Inc.', area: 'INTELLECTUAL_PROPERTY',
    lead: 'associate', team: ['partner2', 'paralegal'], age: 63, stage: 20, priority: 'HIGH', opposing: '相模精機株式会社', tags: ['licence', 'patent'],
    description: 'Second draft of the counterparty came back with a royalty of 3.1 % and a field-of-use limit. Client accepts the rate, not the limit.',
    deadlines: [due(2, 'RESPONSE', 'Answer to the second draft', 'CONTRACT'), due(20, 'SETTLEMENT', 'Meeting in Sagamihara', 'CONTRACT', { time: '13:00' })],
    tasks: [done('Mark-up of clause 4'), todo('Claim chart for the two divisionals'), todo('Call with engineering')],
    comments: [says('partner2', 7, 'Offer them the limit for aftermarket parts only.'), says('associate', 6, 'Drafted as clause 4.3; the client likes it.')],
  },
  {
    column: 'in-progress', title: '退職者による営業秘密持出しの調査', client: '東海精密工業株式会社', area: 'LABOR_AND_EMPLOYMENT',
    lead: 'partner', team: ['ito', 'takahashi'], age: 25, stage: 14, priority: 'HIGH', confidentiality: 'SEALED', tags: ['営業秘密'],
    description: '社内でも限られた者のみで調査中。フォレンジック業者と秘密保持契約を締結済み。',
    deadlines: [due(3, 'INTERNAL', '中間報告', 'CONTRACT')],
    tasks: [done('端末の保全'), todo('アクセス記録の分析'), todo('対象者への質問事項')],
    comments: [says('ito', 4, '外部ストレージの接続履歴が2件あります。')],
  },
  {
    column: 'in-progress', title: 'Residence status for two engineers (ICT transfer)', client: 'Northwind Robotics KK', area: 'IMMIGRATION',
    lead: 'ito', team: ['paralegal', 'kobayashi'], age: 30, stage: 9, court: '東京出入国在留管理局', tags: ['visa'],
    deadlines: [due(-1, 'AGENCY_RESPONSE', 'Additional documents', 'AGENCY', { extendable: true }), due(14, 'REMINDER', 'Planned start of work', 'CONTRACT')],
    tasks: [done('Certificates of employment'), done('Company registry extract'), todo('Salary comparison table')],
    comments: [says('kobayashi', 2, 'The bureau asks for the salary table once more, with bonuses shown apart.'), says('paralegal', 0, 'Table is with HR for a check; they promised it for today.')],
  },
  {
    column: 'in-progress', title: '取締役会規程の改訂', client: '株式会社あおば製作所', area: 'CORPORATE',
    lead: 'takahashi', team: ['paralegal', 'clerk'], age: 34, stage: 18, tags: ['会社法', '規程'],
    deadlines: [due(7, 'INTERNAL', '改訂案の提出', 'CONTRACT'), due(24, 'REMINDER', '取締役会', 'CONTRACT', { time: '10:00' })],
    tasks: [done('現行規程の確認'), done('他社事例の比較'), todo('改訂案'), todo('新旧対照表')],
    comments: [says('clerk', 3, '新旧対照表の様式を共有フォルダに置きました。')],
  },
  {
    column: 'in-progress', title: 'Office lease: early termination and restoration costs', client: 'Bluefin Analytics KK', area: 'REAL_PROPERTY',
    lead: 'nair', team: ['paralegal', 'becker'], age: 48, stage: 22, opposing: '日本橋ビルディング株式会社', tags: ['lease'],
    description: 'Landlord claims ¥48 m for restoration. The inspection record at hand-over contradicts a third of the items.',
    hold: { reason: 'Landlord\'s surveyor is away until next week', since: 3 },
    deadlines: [due(15, 'RESPONSE', 'Comments on the cost list', 'CONTRACT', { extendable: true })],
    tasks: [done('Photographs at hand-over'), todo('Cost list with our own figures')],
    comments: [says('becker', 9, 'Scanned the hand-over protocol, 64 pages, searchable.')],
  },
  {
    column: 'in-progress', title: '下請代金支払遅延に関する公正取引委員会の調査対応', client: '北斗電装株式会社', area: 'PUBLIC_AND_ADMINISTRATIVE',
    lead: 'partner', team: ['associate', 'paralegal'], age: 55, stage: 26, confidentiality: 'RESTRICTED', court: '公正取引委員会', tags: ['下請法', '当局対応'],
    description: '任意の報告命令。対象は過去2年間、取引先47社。',
    deadlines: [due(4, 'AGENCY_RESPONSE', '報告書の提出', 'AGENCY', { extendable: true }), met(-20, 'AGENCY_RESPONSE', '第1回報告', 'AGENCY')],
    tasks: [done('取引先の一覧'), done('支払記録の抽出'), todo('遅延利息の計算'), todo('再発防止策の案')],
    comments: [says('associate', 8, '支払記録の突合は38社まで終わりました。'), says('paralegal', 3, '残り9社分の請求書を受領しました。')],
  },
  {
    column: 'in-progress', title: 'Employee handbook in two languages', client: 'Maple & Stone Consulting', area: 'LABOR_AND_EMPLOYMENT',
    lead: 'associate', team: ['paralegal', 'kim'], age: 28, stage: 10, priority: 'LOW', tags: ['work rules', 'translation'],
    closeRequest: { by: 'associate', ago: 1, outcome: 'COMPLETED', reason: 'Final version delivered and accepted by the client on Friday.' },
    deadlines: [met(-2, 'INTERNAL', 'Final version', 'CONTRACT')],
    tasks: [done('Comparison with the model rules'), done('English version'), done('Filing with the labour office')],
    comments: [says('kim', 3, 'Both language versions are aligned, paragraph by paragraph.'), says('associate', 1, 'Asked to close: nothing is left to do.')],
  },
  {
    column: 'in-progress', title: '離婚調停の申立て準備', client: '山本 美香', area: 'PERSONAL_AND_FAMILY',
    lead: 'ito', team: ['kobayashi', 'paralegal'], age: 20, stage: 8, court: '東京家庭裁判所', tags: ['調停', '親権'],
    deadlines: [due(6, 'COURT_FILING', '申立書の提出', 'INTERNAL')],
    tasks: [done('戸籍謄本'), todo('収入資料'), todo('申立書の起案')],
  },

  // Review
  {
    column: 'review', title: 'Share purchase agreement: Kobe ceramics maker', client: 'Whitfield Ceramics plc', area: 'CORPORATE',
    lead: 'associate', team: ['partner2', 'nair', 'paralegal'], age: 52, stage: 5, priority: 'HIGH', opposing: '神戸陶業株式会社の株主', tags: ['M&A', 'SPA'],
    description: 'Warranties and the price adjustment are agreed. Open: specific indemnity for the soil report at the Nishi-ku plant.',
    deadlines: [due(1, 'REMINDER', 'Call with the sellers\' counsel', 'CONTRACT', { time: '16:30' }), due(9, 'SETTLEMENT', 'Signing', 'CONTRACT', { time: '11:00' })],
    tasks: [done('Disclosure letter'), done('Schedule of warranties'), todo('Indemnity clause 9.4'), todo('Signing checklist')],
    comments: [says('partner2', 2, 'Cap the soil indemnity at 15 % and we have a deal.'), says('nair', 1, 'Updated clause 9.4, see the comparison.')],
  },
  {
    column: 'review', title: '個人情報取扱規程の全面改訂', client: '医療法人桜会', area: 'HEALTH',
    lead: 'takahashi', team: ['partner', 'kobayashi'], age: 37, stage: 6, tags: ['個人情報', '医療'],
    deadlines: [due(4, 'INTERNAL', 'パートナー確認', 'INTERNAL')],
    tasks: [done('要配慮個人情報の整理'), done('改訂案'), todo('職員向け説明資料')],
  },
  {
    column: 'review', title: 'Opinion on crypto-asset custody rules', client: 'Granite Bay Securities', area: 'SECURITIES_AND_FINANCIAL_INSTRUMENTS',
    lead: 'nair', team: ['watanabe'], age: 31, stage: 3, tags: ['opinion', 'FIEA'],
    deadlines: [due(5, 'INTERNAL', 'Opinion to the client', 'CONTRACT')],
    tasks: [done('Draft'), todo('Second pair of eyes')],
    comments: [says('watanabe', 1, 'Page 6: please cite the amended cabinet order.')],
  },
  {
    column: 'review', title: '秘密保持契約書ひな形の改定', client: '株式会社あおば製作所', area: 'COMMERCIAL_AND_TRADE',
    lead: 'ito', team: ['paralegal', 'clerk'], age: 18, stage: 2, priority: 'LOW', tags: ['ひな形'],
    tasks: [done('旧ひな形の確認'), done('改定案'), todo('英文版')],
  },

  // Waiting for client
  {
    column: 'waiting-client', title: 'Will and testamentary trust', client: 'Naomi Fujita', area: 'PERSONAL_AND_FAMILY',
    lead: 'associate', team: ['paralegal'], clients: ['client'], age: 44, stage: 15, waitingOn: 'Signed list of assets', tags: ['estate'],
    description: 'Assets in Japan and Oregon. Two wills are planned, one for each country, with a clause that neither revokes the other.',
    deadlines: [due(13, 'REMINDER', 'Appointment at the notary', 'INTERNAL', { time: '15:00' })],
    tasks: [done('Draft of the Japanese will'), todo('Asset list'), todo('Witnesses')],
    comments: [says('paralegal', 6, 'Reminded Ms Fujita by mail; she is travelling until Wednesday.')],
  },
  {
    column: 'waiting-client', title: '未払残業代請求への回答', client: '湘南観光バス株式会社', area: 'LABOR_AND_EMPLOYMENT',
    lead: 'takahashi', team: ['kobayashi', 'clerk'], age: 26, stage: 11, priority: 'HIGH', opposing: '元運転士4名', waitingOn: '運行記録（過去3年分）', tags: ['残業代'],
    deadlines: [due(-3, 'RESPONSE', '回答期限', 'CONTRACT', { extendable: true })],
    tasks: [done('就業規則の確認'), todo('運行記録の受領'), todo('試算')],
    comments: [says('kobayashi', 4, '先方代理人に期限の延長を打診しました。返事待ちです。')],
  },
  {
    column: 'waiting-client', title: 'Franchise agreement review', client: 'Tidepool Coffee Roasters', area: 'COMMERCIAL_AND_TRADE',
    lead: 'nair', team: ['kim'], age: 33, stage: 19, waitingOn: 'Client\'s choice of territory', tags: ['franchise'],
    hold: { reason: 'Client is looking for a second investor', since: 16 },
    tasks: [done('Comments on the draft'), todo('Disclosure document')],
  },
  {
    column: 'waiting-client', title: '建物明渡しの合意書案', client: '株式会社みずほ台不動産', area: 'REAL_PROPERTY',
    lead: 'ito', team: ['paralegal', 'becker'], age: 39, stage: 8, opposing: '借主（個人）', waitingOn: '立退料の上限についての回答', tags: ['明渡し', '和解'],
    deadlines: [due(18, 'SETTLEMENT', '合意予定日', 'INTERNAL')],
    tasks: [done('合意書案'), todo('立退料の承認')],
  },

  // Ready for filing
  {
    column: 'ready-filing', title: '商標登録出願「ことのは」', client: '株式会社言葉堂', area: 'INTELLECTUAL_PROPERTY',
    lead: 'associate', team: ['paralegal', 'clerk'], age: 29, stage: 2, court: '特許庁', tags: ['商標', '出願'],
    deadlines: [due(0, 'COURT_FILING', '出願', 'INTERNAL', { time: '15:00' })],
    tasks: [done('先行商標調査'), done('願書'), done('印紙'), todo('電子出願')],
    comments: [says('clerk', 1, '印紙を購入しました。領収書はファイルにあります。')],
  },
  {
    column: 'ready-filing', title: 'Appeal against a tax assessment', client: 'Meridian Shipping Japan', area: 'TAX_AND_REVENUE',
    lead: 'watanabe', team: ['nair', 'paralegal'], age: 58, stage: 4, priority: 'URGENT', court: '国税不服審判所', opposing: '東京国税局', tags: ['tax', 'transfer pricing'],
    description: 'Transfer pricing, three fiscal years, ¥212 m. Comparable set of the authority contains two loss-making companies.',
    deadlines: [due(2, 'APPEAL', 'Request for review', 'STATUTE'), met(-30, 'RESPONSE', 'Answer to the inspection', 'AGENCY')],
    tasks: [done('Economic study'), done('Written statement'), todo('Sign and seal')],
    comments: [says('watanabe', 2, 'Statement is final. Please prepare five bound copies.'), says('paralegal', 1, 'Copies are bound, exhibits numbered 1 to 34.')],
  },
  {
    column: 'ready-filing', title: '役員変更登記', client: '東雲システム株式会社', area: 'CORPORATE',
    lead: 'takahashi', team: ['clerk'], age: 15, stage: 1, priority: 'LOW', court: '東京法務局', tags: ['登記'],
    deadlines: [due(5, 'AGENCY_RESPONSE', '登記期限', 'STATUTE')],
    tasks: [done('議事録'), done('就任承諾書'), todo('申請')],
  },

  // Closed
  {
    column: 'closed', title: 'Supply contract with a Taiwanese foundry', client: 'Voltaic Motion Inc.', area: 'COMMERCIAL_AND_TRADE',
    lead: 'associate', team: ['paralegal'], age: 120, stage: 6, closed: { outcome: 'COMPLETED', reason: 'Signed by both sides.' }, tags: ['contract'],
    deadlines: [met(-9, 'SETTLEMENT', 'Signing', 'CONTRACT')], tasks: [done('Final mark-up'), done('Signing')],
    comments: [says('associate', 6, 'Originals are in the safe, scans in the folder.')],
  },
  {
    column: 'closed', title: '労働審判申立事件（解雇無効）', client: '株式会社星野フーズ', area: 'LABOR_AND_EMPLOYMENT',
    lead: 'takahashi', team: ['partner', 'kobayashi'], age: 150, stage: 13, court: '東京地方裁判所', courtNumber: '令和8年(労)第214号', filed: 140,
    opposing: '元従業員', closed: { outcome: 'SETTLED', reason: '第2回期日で調停成立。解決金の支払完了。' }, tags: ['労働審判'],
    deadlines: [met(-20, 'HEARING', '第2回期日', 'COURT')], tasks: [done('答弁書'), done('解決金の支払確認')],
  },
  {
    column: 'closed', title: 'Request to join a class action abroad', client: 'Individual inquiry', area: 'SECURITIES_AND_FINANCIAL_INSTRUMENTS',
    lead: 'nair', age: 40, stage: 38, priority: 'LOW', closed: { outcome: 'DECLINED', reason: 'Outside our practice; referred to a colleague in New York.' },
  },
  {
    column: 'closed', title: '永住許可申請', client: 'Sofia Rossi', area: 'IMMIGRATION',
    lead: 'ito', team: ['kobayashi'], age: 210, stage: 21, court: '東京出入国在留管理局', closed: { outcome: 'COMPLETED', reason: '許可通知を受領。' }, tags: ['在留資格', '永住'],
    deadlines: [met(-25, 'AGENCY_RESPONSE', '追加資料', 'AGENCY')],
  },
  {
    column: 'closed', title: 'Cease-and-desist against a copycat web shop', client: 'Harborlight Hotels Ltd.', area: 'INTELLECTUAL_PROPERTY',
    lead: 'associate', team: ['kim', 'clerk'], age: 95, stage: 33, opposing: 'Unknown operator', closed: { outcome: 'WON', reason: 'Shop taken down and domain transferred.' }, tags: ['trademark'],
    comments: [says('kim', 34, 'Registrar confirmed the transfer.')],
  },
  {
    column: 'closed', title: '売掛金の支払督促', client: '株式会社みどり珈琲', area: 'COMMERCIAL_AND_TRADE',
    lead: 'ito', team: ['paralegal', 'becker'], age: 400, stage: 300, court: '東京簡易裁判所', courtNumber: '令和7年(ロ)第8813号', filed: 380,
    closed: { outcome: 'WITHDRAWN', reason: '全額の任意弁済により取下げ。' }, tags: ['債権回収'],
  },
]
