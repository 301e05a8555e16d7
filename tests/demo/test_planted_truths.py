"""Each planted truth is found again by plain counting, within its own 99.9 % interval."""

from collections import Counter, defaultdict
from datetime import date, timedelta

import pytest
from naive_company import Company, Interval, Row, day, difference, mean, moment, net_score, share

from timonier.demo import TRUTHS
from timonier.demo.company import STORES
from timonier.demo.truths import CARD_STEP, JOURNEY
from timonier.indicators.calendar import french_holidays_between


def retention(company: Company, start: date, end: date, *, treated: bool) -> Interval:
    by_customer: dict[str, list[Row]] = defaultdict(list)
    for row in company["contrats"]:
        if company.treated(row) is treated:
            by_customer[row["Identifiant client"]].append(row)

    def there(contracts: list[Row], when: date) -> bool:
        return any(
            day(one["Date d'effet"]) <= when and (not one["Date de fin"] or day(one["Date de fin"]) >= when)
            for one in contracts
        )

    present = [contracts for contracts in by_customer.values() if there(contracts, start)]
    return share(there(contracts, end) for contracts in present)


def fcr(company: Company, treated: bool, first: date, last: date) -> Interval:
    issues: dict[str, list[Row]] = defaultdict(list)
    for row in company["contacts"]:
        issues[row["N° demande"]].append(row)
    settled = []
    for contacts in issues.values():
        contacts.sort(key=lambda row: moment(row["Ouvert le"]))
        opening = contacts[0]
        opened = moment(opening["Ouvert le"])
        mature = opened < company.after - timedelta(days=14)
        if mature and first <= opened.date() < last and company.treated(opening) is treated:
            closed = moment(opening["Clos le"])
            again = any(moment(row["Ouvert le"]) <= closed + timedelta(days=7) for row in contacts[1:])
            settled.append(opening["Résolu"] == "Oui" and not again)
    return share(settled)


def nps(company: Company, survey: str, first: date, last: date, treated: bool | None = None, **more: str) -> Interval:
    named = {"step": "Étape", "segment": "Segment", "store": "Agence"}

    def kept(row: Row) -> bool:
        inside = row["Enquête"] == survey and first <= moment(row["Répondu le"]).date() < last
        right = treated is None or company.treated(row) is treated
        return inside and right and all(row[named[name]] == value for name, value in more.items())

    return net_score(company.valid_answers(kept))


class TestProgramme:
    def test_retention_rises_where_treated_and_only_there(self, company: Company) -> None:
        before = (company.at(6), company.at(18))
        during = (company.at(18), company.at(30))
        assert TRUTHS.retention_before in retention(company, *before, treated=True)
        assert TRUTHS.retention_before in retention(company, *before, treated=False)
        assert TRUTHS.retention_before in retention(company, *during, treated=False)
        assert TRUTHS.retention_treated in retention(company, *during, treated=True)
        assert TRUTHS.retention_before not in retention(company, *during, treated=True)

    def test_retention_does_not_depend_on_the_moment(self, company: Company) -> None:
        for start in (0, 3):
            seen = retention(company, company.at(start), company.at(start + 12), treated=True)
            assert TRUTHS.retention_before in seen

    def test_first_contact_resolution_rises_where_treated_and_only_there(self, company: Company) -> None:
        start, end = company.generated.start, company.after.date()
        plateau = company.at(18 + TRUTHS.fcr_ramp_months)
        assert TRUTHS.fcr_before in fcr(company, True, start, company.generated.programme)
        assert TRUTHS.fcr_before in fcr(company, False, start, end)
        assert TRUTHS.fcr_treated in fcr(company, True, plateau, end)
        assert TRUTHS.fcr_before not in fcr(company, True, plateau, end)

    def test_relational_nps_gains_twenty_points_where_treated_and_only_there(self, company: Company) -> None:
        start, end = company.generated.start, company.after.date()
        programme, full = company.generated.programme, company.at(18 + TRUTHS.nps_ramp_months)
        gain = difference(nps(company, "relation", full, end, True), nps(company, "relation", start, programme, True))
        elsewhere = difference(
            nps(company, "relation", full, end, False), nps(company, "relation", start, programme, False)
        )
        assert TRUTHS.nps_gain in gain
        assert 0 not in gain
        assert 0 in elsewhere
        assert TRUTHS.nps_gain not in elsewhere


class TestVoices:
    @pytest.mark.parametrize(("segment", "planted"), TRUTHS.nps_relational.items())
    def test_relational_nps_by_segment(self, company: Company, segment: str, planted: float) -> None:
        start, end = company.generated.start, company.after.date()
        assert planted in nps(company, "relation", start, end, False, segment=segment)

    @pytest.mark.parametrize(("step", "planted"), TRUTHS.nps_by_step.items())
    def test_nps_by_step(self, company: Company, step: str, planted: float) -> None:
        start, programme = company.generated.start, company.generated.programme
        assert planted in nps(company, "parcours", start, programme, step=step)

    def test_the_card_is_the_step_that_hurts(self, company: Company) -> None:
        start, end = company.generated.start, company.after.date()
        card = nps(company, "parcours", start, end, step=CARD_STEP)
        others = [nps(company, "parcours", start, end, step=step) for step in TRUTHS.nps_by_step if step != CARD_STEP]
        assert all(card.high < other.low for other in others)

    def test_one_store_asks_for_tens_and_keeps_its_customers_no_better(self, company: Company) -> None:
        def tens(*stores: str) -> Interval:
            return share(row["Note"] == "10" for row in company.valid_answers(lambda row: row["Agence"] in stores))

        asking = tens(TRUTHS.asking_store)
        others = tens(*(store for store in STORES if store != TRUTHS.asking_store))
        assert TRUTHS.tens_asking_store in asking
        assert asking.low > others.high
        assert others.value == pytest.approx(TRUTHS.tens_visit, abs=0.05)
        kept = share(
            not row["Date de fin"] or day(row["Date de fin"]) >= company.at(12)
            for row in company["contrats"]
            if row["Agence"] == TRUTHS.asking_store
            and day(row["Date d'effet"]) <= company.at(0)
            and row["Motif de fin"] != "changement d’offre"
        )
        assert TRUTHS.retention_before in kept

    @pytest.mark.parametrize(
        ("instrument", "first", "last"), [("csat", 4, 5), ("ces_effort", 1, 3), ("ces_agreement", 5, 7)]
    )
    def test_after_a_contact_the_answer_depends_on_the_resolution(
        self, company: Company, instrument: str, first: int, last: int
    ) -> None:
        start, end = company.generated.start, company.after.date()
        answers = company.valid_answers(lambda row: row["Instrument"] == instrument and not company.treated(row))
        seen = share(first <= int(row["Note"]) <= last for row in answers)
        resolved, unresolved = TRUTHS.ces_easy_resolved, TRUTHS.ces_easy_unresolved
        if instrument == "csat":
            resolved, unresolved = TRUTHS.csat_resolved, TRUTHS.csat_unresolved
        settled = TRUTHS.fcr_before
        assert settled * resolved + (1 - settled) * unresolved in seen
        assert TRUTHS.fcr_before in fcr(company, False, start, end)

    def test_ease_of_the_member_area(self, company: Company) -> None:
        answers = company.valid_answers(lambda row: row["Instrument"] == "ces_ease")
        assert TRUTHS.ces_easy_area in share(int(row["Note"]) >= 5 for row in answers)

    def test_the_wording_of_effort_changes_once(self, company: Company) -> None:
        dates: dict[str, list[date]] = defaultdict(list)
        for row in company["reponses"]:
            dates[row["Instrument"]].append(moment(row["Répondu le"]).date())
        change = company.at(TRUTHS.ces_wording_changes_months)
        assert max(dates["ces_effort"]) < change <= min(dates["ces_agreement"])

    def test_response_rate_falls_from_wave_to_wave(self, company: Company) -> None:
        waves: dict[str, list[bool]] = defaultdict(list)
        for row in company["invitations"]:
            if row["Enquête"] == "relation" and row["Statut"] != "Adresse invalide":
                waves[row["Vague"]].append(row["Statut"] == "Répondu")
        assert len(waves) == 10
        for number, name in enumerate(sorted(waves)):
            assert TRUTHS.response_of_wave(number) in share(waves[name]), name

    def test_invitations_bounce(self, company: Company) -> None:
        assert TRUTHS.bounced in share(row["Statut"] == "Adresse invalide" for row in company["invitations"])

    def test_the_blemishes_of_a_real_export_are_there(self, company: Company) -> None:
        notes = Counter(row["Note"] for row in company["reponses"])
        assert notes["NSP"] > 100
        assert notes["11"] > 0
        assert notes["9,5"] > 0
        assert notes[""] > 0
        assert any(row["Test"] == "Oui" for row in company["reponses"])
        ids = Counter(row["N° réponse"] for row in company["reponses"])
        assert max(ids.values()) == 2


class TestSales:
    @pytest.mark.parametrize(("channel", "planted"), TRUTHS.conversion_30_days.items())
    def test_conversion_by_channel(self, company: Company, channel: str, planted: float) -> None:
        converted = [
            bool(row["Date de conversion"])
            and moment(row["Date de conversion"]) <= moment(row["Date de création"]) + timedelta(days=30)
            for row in company["prospects"]
            if row["Canal d'entrée"] == channel and moment(row["Date de création"]) < company.after - timedelta(days=31)
        ]
        assert planted in share(converted)

    @pytest.mark.parametrize(("channel", "planted"), TRUTHS.cac.items())
    def test_cost_of_a_new_customer(self, company: Company, channel: str, planted: float) -> None:
        spent = sum(
            float(row["Montant"].replace(",", "."))
            for row in company["couts"]
            if row["Objet"] == "acquisition" and row["Canal"] == channel
        )
        new = sum(
            1
            for row in company["clients"]
            if row["Canal d'acquisition"] == channel
            and row["Date d'adhésion"]
            and moment(row["Date d'adhésion"]).date() >= company.generated.start
        )
        half = 3.3 * new**0.5
        assert spent / (new + half) <= planted <= spent / (new - half)

    def test_carts(self, company: Company) -> None:
        delays = [
            moment(row["ordered_at"]) - moment(row["created_at"]) if row["ordered_at"] else timedelta(days=999)
            for row in company["paniers"]
            if moment(row["created_at"]) < company.after - timedelta(days=8)
        ]
        abandoned = [delay for delay in delays if delay > timedelta(days=1)]
        assert TRUTHS.cart_abandoned in share(delay > timedelta(days=1) for delay in delays)
        assert TRUTHS.cart_recovery in share(delay <= timedelta(days=7) for delay in abandoned)

    @pytest.mark.parametrize(("segment", "planted"), TRUTHS.basket.items())
    def test_average_basket(self, company: Company, segment: str, planted: float) -> None:
        amounts = [
            float(row["amount"])
            for row in company["commandes"]
            if row["segment"] == segment and row["status"] != "annulée"
        ]
        assert planted in mean(amounts)

    def test_lines_add_up_to_their_order(self, company: Company) -> None:
        sums: dict[str, int] = defaultdict(int)
        for row in company["lignes"]:
            sums[row["order_id"]] += round(float(row["amount"]) * 100)
        orders = {row["order_id"]: row for row in company["commandes"] if row["status"] != "annulée"}
        assert sums == {name: round(float(row["amount"]) * 100) for name, row in orders.items()}

    def test_cancelled_and_refunded(self, company: Company) -> None:
        statuses = [row["status"] for row in company["commandes"]]
        assert TRUTHS.cancelled in share(status == "annulée" for status in statuses)
        assert TRUTHS.refunded in share(status == "remboursée" for status in statuses if status != "annulée")

    def test_cross_sell_and_up_sell(self, company: Company) -> None:
        sold = [row for row in company["lignes"] if row["quantity"] == "1"]
        assert TRUTHS.cross_sell in share(row["additional"] == "true" for row in sold)
        known = [(int(row["requested_rank"]), int(row["sold_rank"])) for row in sold if row["requested_rank"]]
        assert TRUTHS.upsold in share(got > asked for asked, got in known if asked < 4)
        assert TRUTHS.upsold_of_known in share(got > asked for asked, got in known)
        assert TRUTHS.downsold in share(got < asked for asked, got in known if asked > 1)


class TestServiceAndJourney:
    @pytest.mark.parametrize(("channel", "planted"), TRUTHS.complaints.items())
    def test_complaints_by_channel(self, company: Company, channel: str, planted: float) -> None:
        contacts = [row for row in company["contacts"] if row["Canal"] == channel]
        assert planted in share(row["Réclamation"] == "Oui" for row in contacts)

    def test_cards_sent_by_the_next_working_day(self, company: Company) -> None:
        cases: dict[str, dict[str, date]] = defaultdict(dict)
        for row in company["evenements"]:
            cases[row["case_id"]][row["step"]] = moment(row["occurred_at"]).date()
        off = set(french_holidays_between(company.generated.start, company.generated.end))

        def waited(start: date, end: date) -> int:
            days = (start + timedelta(days=one) for one in range(1, (end - start).days + 1))
            return sum(1 for one in days if one.weekday() < 5 and one not in off)

        limit = company.after.date() - timedelta(days=6)
        due = [steps for steps in cases.values() if "carte demandée" in steps and steps["carte demandée"] < limit]
        in_time = share(CARD_STEP in steps and waited(steps["carte demandée"], steps[CARD_STEP]) <= 1 for steps in due)
        assert TRUTHS.cards_in_time in in_time

    def test_steps_come_in_order(self, company: Company) -> None:
        cases: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for row in company["evenements"]:
            if row["step"] in JOURNEY:
                cases[row["case_id"]].append((row["occurred_at"], row["step"]))
        for steps in cases.values():
            reached = [step for _, step in sorted(steps)]
            assert reached == sorted(reached, key=JOURNEY.index)

    def test_seasons(self, company: Company) -> None:
        months = Counter(moment(row["created_at"]).month for row in company["paniers"])
        assert months[12] > 1.3 * months[8]
        leaving = Counter(day(row["Date de fin"]).month for row in company["contrats"] if row["Date de fin"])
        assert leaving[12] > 1.4 * leaving[10]


def test_yearly_factors_average_to_one() -> None:
    for factors in (TRUTHS.season_sales, TRUTHS.season_contacts, TRUTHS.season_leaving):
        assert sum(factors) == pytest.approx(12)


def test_the_programme_is_that_of_one_delegation(company: Company) -> None:
    treated = {row["Délégation"] for row in company["clients"] if row["Région"] in TRUTHS.treated_regions}
    others = {row["Délégation"] for row in company["clients"] if row["Région"] not in TRUTHS.treated_regions}
    assert treated == {"Grand Ouest"}
    assert others == {"Île-de-France", "Nord-Est", "Sud-Est"}
